#pragma once

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/AutoRegisterSuite.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "data/database/SqlDatabase.h"
#include "support/MySqlServer.h"

namespace chat::test {

/// A folder that is removed after the test.
class TempFolder {
 public:
  TempFolder();
  ~TempFolder();
  TempFolder(const TempFolder&) = delete;
  TempFolder& operator=(const TempFolder&) = delete;
  const std::filesystem::path& path() const noexcept { return _path; }
  void write(const std::string& file, const std::string& content) const;

 private:
  std::filesystem::path _path;
};

/// Calls until it isn't Unavailable: it takes a moment until a database that was away is known to be back.
template <typename Call>
auto untilAvailable(Call&& call) {
  for (;;) {
    try {
      return call();
    } catch (const data::Unavailable&) {
      std::this_thread::yield();
    }
  }
}

/// A fixture with an empty database of one engine: `numbered(id, name UNIQUE, body)`, which a plugin of that name has
/// by a file, is its only table.
class DatabaseFixture : public CppUnit::TestFixture {
 public:
  void setUp() override;
  void tearDown() override;

 protected:
  /// Number of sessions, waiting time, …; to be changed before the first `database()`.
  data::Options& options() { return _options; }
  /// Started on first use.
  data::SqlDatabase& database();
  std::unique_ptr<data::SqlDatabase> another();
  void closeDatabase() { _database.reset(); }
  const TempFolder& folder() const { return *_folder; }

  void insert(Poco::Data::Session& session, const std::string& name, const std::string& body = "");
  std::vector<std::string> names();
  std::int64_t count(const std::string& condition = "1 = 1");
  virtual data::Options engineOptions(const std::filesystem::path& folder) const = 0;

 private:
  std::unique_ptr<TempFolder> _folder;
  data::Options _options;
  std::unique_ptr<data::SqlDatabase> _database;
};

class OnSqlite : public DatabaseFixture {
 protected:
  data::Options engineOptions(const std::filesystem::path& folder) const override;
};

/// Its database is dropped after each test.
class OnMySql : public DatabaseFixture {
 public:
  void tearDown() override;

 protected:
  data::Options engineOptions(const std::filesystem::path& folder) const override;
};

/// As CPPUNIT_TEST_SUITE_REGISTRATION, if there is a server.
template <typename Fixture>
class RegisterWithMySql {
 public:
  RegisterWithMySql() {
    if (mySqlServer()) _registration.emplace();
  }

 private:
  std::optional<CppUnit::AutoRegisterSuite<Fixture>> _registration;
};

}  // namespace chat::test
