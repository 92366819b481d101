#pragma once

#include <exception>
#include <stdexcept>
#include <string>

namespace chat::data {

class Engine;

/// What a failed statement means for the work that it belongs to.
enum class Fault {
  Other,         ///< the statement's own fault: goes to the caller as it is
  DuplicateKey,  ///< a unique key is taken
  Repeat,        ///< deadlock, lock wait: the transaction is undone or to be undone, and may be run again
  Lost,          ///< the connection is gone, and with it whatever wasn't committed
  ReadOnly,      ///< this connection takes nothing more to be written; another one may, later
  Damaged,       ///< the database's file is not what it was
  Refused,       ///< too slow, too many, disk full: again later
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

/// The transaction was over when the work returned: the database undid it and the work passed over that, or the work
/// ended it itself, which it must not.
class TransactionEnded : public std::runtime_error {
 public:
  TransactionEnded() : std::runtime_error("the transaction ended before its work did") {}
};

/// The text of an exception for a log or a sentence: Poco's what() gives only the kind.
std::string describe(const std::exception& error);

Fault faultOf(const Engine& engine, const std::exception_ptr& error) noexcept;

/// Whether a session is of no more use after a fault.
constexpr bool endsSession(Fault fault) noexcept {
  return fault == Fault::Lost || fault == Fault::ReadOnly;
}

/// What the caller of Database is told in place of `error`: DuplicateKey, Unavailable, or `error` itself. The engine is
/// told of damage.
std::exception_ptr forCaller(Engine& engine, const std::exception_ptr& error);

}  // namespace chat::data
