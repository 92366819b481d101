#include "plugins/archive/ArchiveFixture.h"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "archive/backup/VerifyCommand.h"
#include "plugin/api/AppError.h"
#include "support/SearchProgress.h"

namespace chat::test {

using namespace std::chrono_literals;

namespace {

std::string textsOf(const Answer& answer) {
  std::string texts;
  for (const auto& message : answer.at("/data").as_array()) {
    texts.append(texts.empty() ? "" : ",").append(std::string(message.at("message").at("message_data").as_string()));
  }
  return texts;
}

}  // namespace

void ArchiveFixture::setUp() {
  ChatFixture::setUp();
  std::string name = (std::filesystem::temp_directory_path() / "chat-archive-XXXXXX").string();
  CPPUNIT_ASSERT(::mkdtemp(name.data()) != nullptr);
  folder = name;
  support::SearchProgress(database()).begin(support::toMillis(clock.wallTime()));
  messages::MessagesHandler::Settings settings;
  settings.rate = {100'000, 100'000};
  messages = std::make_unique<MessagesWithFeed>(database(), emitter, clock, settings);
  receipts = std::make_unique<receipts::ReceiptsHandler>(database(), emitter, clock,
                                                         support::RateLimiter::Rate{100'000, 100'000});
  conversations = std::make_unique<conversations::ConversationsHandler>(database());
  search = std::make_unique<msgsearch::MsgSearchHandler>(database(), base::systemClock(),
                                                         msgsearch::MsgSearchHandler::Settings{});
}

void ArchiveFixture::tearDown() {
  messages.reset();
  receipts.reset();
  conversations.reset();
  search.reset();
  std::filesystem::remove_all(folder);
  ChatFixture::tearDown();
}

std::string ArchiveFixture::send(FakeSocket& from, const std::string& to, const std::string& text) {
  clock.advance(1min);
  const boost::json::value document = {{"data", {{"type", "msg"}, {"message", {{"rid", to}, {"message_data", text}}}}}};
  const Answer answer = from.send(*messages, "messages", boost::json::serialize(document));
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
  return answer.text("/data/id");
}

void ArchiveFixture::read(FakeSocket& socket, const std::string& of, const std::string& id) {
  const Answer answer = socket.send(
      *receipts, "receipts", R"({"data":{"type":"receipt","receipt":{"rid":")" + of + R"(","read":")" + id + R"("}}})");
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
}

int ArchiveFixture::unread(FakeSocket& socket, const std::string& with) {
  const Answer answer = socket.send(*conversations, "conversations", R"({"data":{"type":"conversation"}})");
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
  for (const auto& item : answer.at("/data").as_array()) {
    const auto& conversation = item.at("conversation");
    if (conversation.at("rid").as_string() == with) return static_cast<int>(conversation.at("unread").to_number<int>());
  }
  return -1;
}

std::string ArchiveFixture::page(FakeSocket& socket, const std::string& with) {
  const Answer answer = socket.send(*search, "msgsearch",
                                    R"({"meta":{"rows":100},"data":{"type":"msg","message":{"sid":")" +
                                        socket.identity()->name + R"(","rid":")" + with + R"("}}})");
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
  return textsOf(answer);
}

std::string ArchiveFixture::total(FakeSocket& socket, const std::string& with) {
  const Answer answer = socket.send(*search, "msgsearch",
                                    R"({"meta":{"rows":1},"data":{"type":"msg","message":{"sid":")" +
                                        socket.identity()->name + R"(","rid":")" + with + R"("}}})");
  return answer.text("/meta/total");
}

std::string ArchiveFixture::found(FakeSocket& socket, const std::string& text) {
  const Answer answer = socket.send(
      *search, "msgsearch",
      R"({"data":{"type":"msg"},"meta":{"search":)" + boost::json::serialize(boost::json::value(text)) + "}}");
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
  return textsOf(answer);
}

ArchiveFixture::Ran ArchiveFixture::run(plugin::CommandHandler& command, std::vector<std::string> words,
                                        const std::string& secret) {
  FakeCommand call(std::move(words), secret);
  Ran ran;
  try {
    command.run(call);
  } catch (const plugin::AppError& error) {
    ran.code = error.code();
    ran.detail = error.detail();
  }
  ran.output = call.output;
  return ran;
}

void ArchiveFixture::expectSound() {
  archive::VerifyCommand verify(database());
  const Ran ran = run(verify, {});
  CPPUNIT_ASSERT_EQUAL_MESSAGE(ran.output, 0, ran.code);
}

}  // namespace chat::test
