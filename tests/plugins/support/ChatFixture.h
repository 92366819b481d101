#pragma once

#include <cppunit/TestFixture.h>
#include <cppunit/extensions/HelperMacros.h>
#include <cppunit/extensions/TestFactoryRegistry.h>
#include <cppunit/extensions/TestSuiteFactory.h>

#include <filesystem>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "data/database/SqlDatabase.h"
#include "plugins/support/FakeEmitter.h"
#include "plugins/support/FakeSocket.h"
#include "support/FakeClock.h"
#include "support/MySqlServer.h"

namespace chat::test {

/// An empty database with the chat's tables, a clock that only the test moves, and an emitter that records.
class ChatFixture : public CppUnit::TestFixture {
 public:
  void setUp() override;
  void tearDown() override;

 protected:
  data::SqlDatabase& database() { return *_database; }
  /// The chat's own tables, as its plugins make them at their start.
  virtual void makeTables(data::SqlDatabase& database) const;
  /// Another server on the same database.
  std::unique_ptr<data::SqlDatabase> another();
  bool isMySql() const { return _engine == data::Dialect::MySql; }
  /// A user created as by the login plugin, logged in on the socket; returns the account's id.
  std::string addUser(const std::string& name, FakeSocket& socket);
  /// The integer result of a query.
  std::int64_t number(const std::string& sql);
  void execute(const std::string& sql);
  /// A document that a handler refuses, with the refusal.
  struct Refused {
    std::string document;
    int code;
    std::string detail;  ///< what it begins with
  };
  /// Sends them one after the other, a second apart.
  void expectRefusals(FakeSocket& socket, plugin::EventHandler& handler, std::string_view event,
                      std::span<const Refused> all);

  FakeClock clock;
  FakeEmitter emitter;
  data::Dialect _engine = data::Dialect::Sqlite;

 private:
  data::Options options() const;

  std::filesystem::path _folder;
  std::unique_ptr<data::SqlDatabase> _database;
};

/// The same cases on the server.
template <typename Cases>
class OnMySql : public Cases {
  CPPUNIT_TEST_SUB_SUITE(OnMySql<Cases>, Cases);
  CPPUNIT_TEST_SUITE_END();

 public:
  OnMySql() { this->_engine = data::Dialect::MySql; }

  struct Registration {
    Registration() {
      if (mySqlServer()) {
        CppUnit::TestFactoryRegistry::getRegistry().registerFactory(new CppUnit::TestSuiteFactory<OnMySql<Cases>>());
      }
    }
  };
};

}  // namespace chat::test

/// Registers a ChatFixture's cases for SQLite, and for the server if there is one.
#define CHAT_DATABASE_TEST_REGISTRATION(Cases) \
  CPPUNIT_TEST_SUITE_REGISTRATION(Cases);      \
  static const chat::test::OnMySql<Cases>::Registration OnMySql##Cases
