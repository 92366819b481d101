#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace chat::data {

class Engine;

/// The meaning of a failed statement for its work.
enum class Fault {
  Other,         ///< an error of the statement itself: thrown to the caller unchanged
  DuplicateKey,  ///< a unique key is taken
  Repeat,        ///< deadlock: the transaction must be rolled back, if it isn't yet, and may be run again
  LockWait,      ///< somebody else holds a lock; the statement is undone, the transaction is still open
  Lost,          ///< the connection is lost, with everything that wasn't committed
  ReadOnly,      ///< this connection accepts no writes; another one may, later
  Damaged,       ///< the database file is damaged
  Refused,       ///< time-out, too many connections, disk full: try again later
};

/// A failure of a statement that was sent through the driver's own interface.
class SqlError : public std::runtime_error {
 public:
  SqlError(int code, const std::string& text) : std::runtime_error(text), _code(code) {}
  /// MySQL's error number, or SQLite's extended result code.
  int code() const noexcept { return _code; }

 private:
  int _code;
};

/// The transaction had ended when the work returned: the database rolled it back and the work ignored that, or the work
/// ended it itself, which is not allowed.
class TransactionEnded : public std::runtime_error {
 public:
  TransactionEnded() : std::runtime_error("the transaction ended before its work did") {}
};

/// The text of an exception for a log or a sentence: Poco's what() gives only the kind.
std::string describe(const std::exception& error);

Fault faultOf(const Engine& engine, const std::exception_ptr& error) noexcept;

/// Whether a session can't be used any more after a fault.
constexpr bool endsSession(Fault fault) noexcept {
  return fault == Fault::Lost || fault == Fault::ReadOnly;
}

/// The exception for the caller of Database: DuplicateKey, Unavailable, or `error` itself. Reports damage to the
/// engine.
std::exception_ptr forCaller(Engine& engine, const std::exception_ptr& error);

}  // namespace chat::data
