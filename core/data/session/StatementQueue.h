#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "data/engine/Engine.h"

namespace chat::data {

/// The statements of one transaction, as text. One without a result waits, and goes to the database together with the
/// next one that has a result, or with COMMIT: so a group of messages takes few ways there and back. A waiting
/// statement's error is thrown by the call that sends it. Thread: that of the transaction.
class StatementQueue {
 public:
  StatementQueue(Engine& engine, Poco::Data::Session& session) noexcept : _engine(engine), _session(session) {}

  void add(std::string statement) { _waiting.push_back(std::move(statement)); }
  /// Sends what waits; before anything that goes another way.
  void flush() {
    if (!_waiting.empty()) _engine.executeAll(_session, std::exchange(_waiting, {}), _done);
  }
  // As BatchSession.
  std::vector<BatchSession::Rows> queryAll(std::span<const std::string> selects) {
    _waiting.insert(_waiting.end(), selects.begin(), selects.end());
    return _engine.queryAll(_session, std::exchange(_waiting, {}), selects.size(), _done);
  }
  std::vector<std::uint64_t> insert(const std::string& sql, std::size_t rows) {
    _waiting.push_back(sql);
    return _engine.insert(_session, std::exchange(_waiting, {}), rows, _done);
  }

  /// So many statements wait.
  std::size_t waiting() const noexcept { return _waiting.size(); }
  /// Drops those that wait but for the first ones.
  void dropAfter(std::size_t first) noexcept { _waiting.resize(first); }
  /// How many statements were sent and have succeeded.
  std::size_t done() const noexcept { return _done; }

 private:
  Engine& _engine;
  Poco::Data::Session& _session;
  std::vector<std::string> _waiting;
  std::size_t _done = 0;
};

}  // namespace chat::data
