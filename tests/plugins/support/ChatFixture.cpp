#include "plugins/support/ChatFixture.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <unistd.h>

#include <cstdlib>
#include <stdexcept>

namespace chat::test {

using namespace Poco::Data::Keywords;

void ChatFixture::setUp() {
  std::string folder = (std::filesystem::temp_directory_path() / "chat-plugins-XXXXXX").string();
  if (::mkdtemp(folder.data()) == nullptr) throw std::runtime_error("can't make " + folder);
  _folder = folder;
  _database = another();
}

void ChatFixture::tearDown() {
  if (_database && isMySql()) execute("DROP DATABASE `" + _folder.filename().string() + "`");
  _database.reset();
  std::error_code ignored;
  std::filesystem::remove_all(_folder, ignored);
}

std::unique_ptr<data::SqlDatabase> ChatFixture::another() {
  auto database = std::make_unique<data::SqlDatabase>(options());
  database->start();
  makeTables(*database);
  return database;
}

void ChatFixture::makeTables(data::SqlDatabase& database) const {
  for (const char* plugin : {"login", "messages", "msgsearch", "presence", "receipts", "archive"}) {
    database.migrate(plugin, plugin, 1);
  }
}

data::Options ChatFixture::options() const {
  data::Options options = isMySql() ? mySqlServer().value() : data::Options{};
  options.name = _folder.filename().string();
  options.file = _folder / "chat.db";
  options.schema = CHAT_SCHEMA_DIR;
  return options;
}

std::string ChatFixture::addUser(const std::string& name, FakeSocket& socket) {
  std::string boundName = name;
  std::string key = name;
  for (char& c : key) c = static_cast<char>(std::tolower(c));
  _database->transaction([&](Poco::Data::Session& session) {
    session << "INSERT INTO account (name, name_key, password_hash, created_at) VALUES (?, ?, 'none', 0)",
        use(boundName), use(key), now;
  });
  const std::string id = std::to_string(number("SELECT id FROM account WHERE name_key = '" + key + "'"));
  socket.setIdentity(plugin::Identity{base::UserId{id}, name, "credential-" + name, std::nullopt});
  return id;
}

std::int64_t ChatFixture::number(const std::string& sql) {
  Poco::Int64 value = 0;
  _database->read([&](Poco::Data::Session& session) { session << sql, into(value), now; });
  return value;
}

void ChatFixture::execute(const std::string& sql) {
  _database->read([&](Poco::Data::Session& session) { session << sql, now; });
}

void ChatFixture::expectRefusals(FakeSocket& socket, plugin::EventHandler& handler, std::string_view event,
                                 std::span<const Refused> all) {
  for (const auto& [document, code, detail] : all) {
    clock.advance(std::chrono::seconds(1));
    const Answer answer = socket.send(handler, event, document);
    CPPUNIT_ASSERT_EQUAL_MESSAGE(document.substr(0, 100), code, answer.code());
    CPPUNIT_ASSERT_EQUAL(code == 403 ? 2 : 1, answer.status);
    CPPUNIT_ASSERT_EQUAL(detail, answer.detail().substr(0, detail.size()));
  }
}

}  // namespace chat::test
