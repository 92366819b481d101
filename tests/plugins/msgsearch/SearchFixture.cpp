#include "plugins/msgsearch/SearchFixture.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "support/MessageOrder.h"
#include "support/Pair.h"
#include "support/RequireIdentity.h"
#include "support/SearchIndex.h"
#include "support/SearchProgress.h"

namespace chat::test {

using namespace std::chrono_literals;

void SearchFixture::setUp() {
  ChatFixture::setUp();
  addUser("Ann", ann);
  addUser("bob", bob);
  addUser("carl", carl);
  support::SearchProgress(database()).begin(support::toMillis(clock.wallTime()));
  messages = std::make_unique<MessagesWithFeed>(database(), emitter, clock);
  limitTime(100ms);
}

void SearchFixture::tearDown() {
  messages.reset();
  handler.reset();
  ChatFixture::tearDown();
}

void SearchFixture::limitTime(base::Duration time) {
  msgsearch::MsgSearchHandler::Settings settings;
  settings.time = time;
  handler = std::make_unique<msgsearch::MsgSearchHandler>(database(), searchClock, settings);
}

std::string SearchFixture::send(FakeSocket& from, const std::string& to, const std::string& text,
                                const std::string& attributes) {
  clock.advance(1min);
  const boost::json::value document = {
      {"data",
       {{"type", "msg"},
        {"message", {{"rid", to}, {"message_data", text}, {"attributes", boost::json::parse(attributes)}}}}}};
  const Answer answer = from.send(*messages, "messages", boost::json::serialize(document));
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
  return answer.text("/data/id");
}

Answer SearchFixture::search(const std::string& text, const std::string& more) {
  const std::string meta =
      R"({"search":)" + boost::json::serialize(boost::json::value(text)) + (more.empty() ? "" : "," + more) + "}";
  return ann.send(*handler, "msgsearch", R"({"data":{"type":"msg"},"meta":)" + meta + "}");
}

Answer SearchFixture::searchWith(const std::string& peer, const std::string& meta) {
  return ann.send(*handler, "msgsearch",
                  R"({"data":{"type":"msg","message":{"sid":"ann","rid":")" + peer + R"("}},"meta":)" + meta + "}");
}

std::string SearchFixture::texts(const Answer& answer) {
  CPPUNIT_ASSERT_EQUAL_MESSAGE(answer.detail(), 0, answer.status);
  std::string texts;
  for (const auto& message : answer.at("/data").as_array()) {
    if (!texts.empty()) texts += ",";
    texts += std::string(message.at_pointer("/message/message_data").as_string());
  }
  return texts;
}

void SearchFixture::addMany(unsigned count) {
  using namespace Poco::Data::Keywords;
  const std::uint64_t sender = support::accountId(*ann.identity());
  const std::uint64_t receiver = support::accountId(*bob.identity());
  const std::uint64_t first = std::stoull(send(ann, "bob", "needle"));
  std::vector<support::IndexedMessage> all;
  const std::uint64_t conversation = conversationOf(sender, receiver);
  for (unsigned i = 1; i < count; ++i) {
    all.push_back({first + i, conversation, sender, {sender, receiver}, "hay", "{}"});
  }
  database().transaction([&](Poco::Data::Session& session) {
    // Not by recursion, of which servers allow 1,000 steps.
    const std::string number = "(a.d + 10 * b.d + 100 * c.d + 1000 * e.d + 10000 * f.d)";
    std::string sql = "INSERT INTO message (id, conversation_id, sender_id, created_at, body) WITH digit AS (";
    for (int digit = 0; digit < 10; ++digit) {
      sql += (digit == 0 ? "SELECT 0 AS d" : " UNION ALL SELECT " + std::to_string(digit));
    }
    sql += ") SELECT " + number + " + " + std::to_string(first) + ", " + std::to_string(conversation) + ", " +
           std::to_string(sender) + ", 1800000000000, 'hay' FROM digit a, digit b, digit c, digit e, digit f WHERE " +
           number + " BETWEEN 1 AND " + std::to_string(count - 1);
    session << sql, now;
    support::SearchIndex(database()).add(session, all);
    const std::string newest = std::to_string(first + count - 1);
    const std::string which = std::to_string(conversation);
    session << "UPDATE conversation SET message_count = " + std::to_string(count) + ", last_message_id = " + newest +
                   " WHERE id = " + which,
        now;
    support::MessageOrder{first + count - 1, 1'800'000'000'000}.store(session);
  });
}

std::uint64_t SearchFixture::conversationOf(std::uint64_t oneId, std::uint64_t otherId) {
  std::uint64_t id = 0;
  database().read(
      [&](Poco::Data::Session& session) { id = support::findConversation(session, support::Pair(oneId, otherId)); });
  return id;
}

void SearchFixture::forgetIndex() {
  if (!isMySql()) execute("INSERT INTO message_search (message_search) VALUES ('delete-all')");
  execute("UPDATE message SET body_folded = 'as it was folded then'");
  execute("UPDATE search_progress SET ready_from = 9223372036854775807");
  limitTime(100ms);
}

}  // namespace chat::test
