#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "gateway/CallerSnapshot.h"
#include "plugin/SocketAccess.h"

namespace chat::gateway {

/// A socket as a plugin looks at it. Immutable once it is in its list.
class SocketSnapshot final : public plugin::SocketInfo {
 public:
  SocketSnapshot(std::shared_ptr<const CallerSnapshot> caller, std::vector<std::string> rooms)
      : _caller(std::move(caller)), _rooms(std::move(rooms)), _views(_rooms.begin(), _rooms.end()) {}
  const plugin::Caller& caller() const noexcept override { return *_caller; }
  std::span<const std::string_view> rooms() const noexcept override { return _views; }

 private:
  std::shared_ptr<const CallerSnapshot> _caller;
  std::vector<std::string> _rooms;
  std::vector<std::string_view> _views;
};

/// Gathers what the loops report, until all have or it is ended: `Part` of each is added to the `Whole`. Thread: any.
template <typename Done>
class Round : public plugin::Pending {
 public:
  Round(std::size_t loops, Done done) : _loops(loops), _done(std::move(done)) {}

  void loopDone() {
    std::unique_lock lock(_mutex);
    if (--_loops == 0 && !_over) finish(std::move(lock));
  }
  void end(plugin::AckMissing::Reason) override {
    std::unique_lock lock(_mutex);
    if (!_over) finish(std::move(lock));
  }

 protected:
  /// With the round over, and unlocked.
  virtual void tell(Done done) = 0;
  /// Runs `add` unless the round is over.
  template <typename Add>
  void gather(Add&& add) {
    const std::lock_guard lock(_mutex);
    if (!_over) add();
  }

 private:
  void finish(std::unique_lock<std::mutex> lock) {
    _over = true;
    auto done = std::move(_done);
    lock.unlock();
    tell(std::move(done));
  }

  std::mutex _mutex;
  std::size_t _loops;
  bool _over = false;
  Done _done;
};

class FetchRound final : public Round<plugin::SocketAccess::Fetched>,
                         public plugin::SocketList,
                         public std::enable_shared_from_this<FetchRound> {
 public:
  using Round::Round;
  void add(std::vector<std::unique_ptr<const SocketSnapshot>> sockets) {
    gather([&] {
      for (auto& socket : sockets) _sockets.push_back(std::move(socket));
    });
  }
  std::size_t size() const noexcept override { return _sockets.size(); }
  const plugin::SocketInfo& at(std::size_t index) const noexcept override { return *_sockets[index]; }

 private:
  void tell(plugin::SocketAccess::Fetched done) override { done(shared_from_this()); }
  std::vector<std::unique_ptr<const SocketSnapshot>> _sockets;
};

class CountRound final : public Round<plugin::SocketAccess::Counted> {
 public:
  using Round::Round;
  void add(std::size_t number) {
    gather([&] { _count += number; });
  }

 private:
  void tell(plugin::SocketAccess::Counted done) override { done(_count); }
  std::size_t _count = 0;
};

}  // namespace chat::gateway
