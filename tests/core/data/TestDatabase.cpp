#include "TestDatabase.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <unistd.h>

#include <fstream>
#include <stdexcept>

namespace chat::test {

using namespace Poco::Data::Keywords;

TempFolder::TempFolder() {
  std::string name = (std::filesystem::temp_directory_path() / "chat-data-XXXXXX").string();
  if (!::mkdtemp(name.data())) throw std::runtime_error("can't make " + name);
  _path = name;
}

TempFolder::~TempFolder() {
  std::error_code ignored;
  std::filesystem::remove_all(_path, ignored);
}

void TempFolder::write(const std::string& file, const std::string& content) const {
  std::filesystem::create_directories((_path / file).parent_path());
  std::ofstream(_path / file, std::ios::binary) << content;
}

void DatabaseFixture::setUp() {
  _folder = std::make_unique<TempFolder>();
  _options = engineOptions(_folder->path());
  _options.schema = _folder->path() / "schema";
  _folder->write(
      "schema/numbered/sqlite/0001_numbered.sql",
      "CREATE TABLE numbered (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, body TEXT);\n");
  _folder->write(
      "schema/numbered/mysql/0001_numbered.sql",
      "CREATE TABLE numbered (id BIGINT UNSIGNED AUTO_INCREMENT PRIMARY KEY, name VARBINARY(64) NOT NULL UNIQUE,\n"
      "  body TEXT CHARACTER SET utf8mb4 COLLATE utf8mb4_bin) ENGINE=InnoDB;\n");
}

void DatabaseFixture::tearDown() {
  _database.reset();
  _folder.reset();
}

data::SqlDatabase& DatabaseFixture::database() {
  if (!_database) _database = another();
  return *_database;
}

std::unique_ptr<data::SqlDatabase> DatabaseFixture::another() {
  auto made = std::make_unique<data::SqlDatabase>(_options);
  made->start();
  made->migrate("numbered", "numbered", 1);
  return made;
}

void DatabaseFixture::insert(Poco::Data::Session& session, const std::string& name, const std::string& body) {
  session << "INSERT INTO numbered (name, body) VALUES (?, ?)", bind(name), bind(body), now;
}

std::vector<std::string> DatabaseFixture::names() {
  std::vector<std::string> found;
  database().read([&](Poco::Data::Session& session) {
    found.clear();
    session << "SELECT name FROM numbered ORDER BY id", into(found), now;
  });
  return found;
}

std::int64_t DatabaseFixture::count(const std::string& condition) {
  Poco::Int64 rows = 0;
  database().read([&](Poco::Data::Session& session) {
    session << "SELECT COUNT(*) FROM numbered WHERE " + condition, into(rows), now;
  });
  return rows;
}

data::Options OnSqlite::engineOptions(const std::filesystem::path& folder) const {
  data::Options options;
  options.file = folder / "made" / "test.db";
  return options;
}

data::Options OnMySql::engineOptions(const std::filesystem::path& folder) const {
  data::Options options = mySqlServer().value();
  options.name = folder.filename().string();
  return options;
}

void OnMySql::tearDown() {
  closeDatabase();
  try {
    data::SqlDatabase(options()).read(
        [this](Poco::Data::Session& session) { session << "DROP DATABASE `" + options().name + "`", now; });
  } catch (const data::Unavailable&) {
    // The test created no database.
  }
  DatabaseFixture::tearDown();
}

}  // namespace chat::test
