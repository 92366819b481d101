#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <string>

#include "base/Clock.h"
#include "data/Database.h"

namespace chat::data {

/// TLS of the connections to MySQL.
enum class Tls {
  Off,       ///< plain, also if the server offers it
  Required,  ///< encrypted, or no connection; the server isn't checked
  Verify,    ///< encrypted, with a certificate for `host` by an authority of `tlsCa`, or no connection
};

/// The settings of `database.*`.
struct Options {
  Dialect engine = Dialect::Sqlite;

  /// MySQL, MariaDB: the database is created if it is missing and the account has the right.
  std::string host = "127.0.0.1";
  std::uint16_t port = 3306;
  std::string name = "chatapp";
  std::string user;
  /// No `;`, no blank at either end: Poco's connection string can't represent them. Refused at the start.
  std::string password;
  Tls tls = Tls::Off;
  /// PEM files: the authorities that are trusted, for `Verify` only; this server's certificate, if the database asks
  /// for one, and its key, which may also be in the certificate's file.
  std::filesystem::path tlsCa;
  std::filesystem::path tlsCertificate;
  std::filesystem::path tlsKey;

  /// SQLite: the folder is created, the file too, readable by this user alone.
  std::filesystem::path file = "data/chatapp.db";

  /// SQLite: how long the file is checked at the start, and after a fault that indicated damage. Zero: not at all.
  base::Duration quickCheck{5000};

  /// Sessions that callers share; the committing thread has another one.
  std::size_t sessions = 16;
  /// How long a call waits for a session, or for its turn to write, before it is Unavailable.
  base::Duration wait{2000};
  /// How long connecting may take, rounded up to seconds; and how long other callers fail at once after a failure.
  base::Duration connectWait{3000};
  base::Duration connectPause{500};
  /// The server ends a statement that runs longer (on MySQL only SELECTs; SQLite: no limit).
  base::Duration statementTimeout{10'000};
  /// A session that was idle for longer is tested before it is used.
  base::Duration probeAfterIdle{30'000};

  /// Units that share one commit, and units that may wait for the next one.
  std::size_t groupMaxUnits = 128;
  std::size_t groupMaxWaiting = 4096;

  /// Transactions that may wait at a time for rows which others have locked, beside the group commit.
  std::size_t lockWaiters = 4;

  /// The migrations of the plugins' tables: `PLUGIN/mysql/` and `PLUGIN/sqlite/`.
  std::filesystem::path schema = "schema";
};

}  // namespace chat::data
