#pragma once

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <iterator>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "gateway/asking/Round.h"
#include "gateway/endpoint/CallerSnapshot.h"
#include "plugin/context/SocketBackend.h"

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

/// Which sockets there are.
class FetchRound final : public Round, public plugin::SocketList, public std::enable_shared_from_this<FetchRound> {
 public:
  using Sockets = std::vector<std::unique_ptr<const SocketSnapshot>>;
  FetchRound(std::size_t answerers, plugin::SocketBackend::Fetched done) : Round(answerers), _done(std::move(done)) {}

  void add(Answerer who, Sockets sockets) {
    answer(who, [&] {
      for (auto& socket : sockets) _sockets.push_back(std::move(socket));
    });
  }
  std::size_t size() const noexcept override { return _sockets.size(); }
  const plugin::SocketInfo& at(std::size_t index) const noexcept override { return *_sockets[index]; }

 private:
  void tell() override { std::exchange(_done, {})(shared_from_this()); }

  Sockets _sockets;
  plugin::SocketBackend::Fetched _done;
};

/// How many sockets there are.
class CountRound final : public Round {
 public:
  CountRound(std::size_t answerers, plugin::SocketBackend::Counted done) : Round(answerers), _done(std::move(done)) {}

  void add(Answerer who, std::size_t number) {
    answer(who, [&] { _count += number; });
  }

 private:
  void tell() override { std::exchange(_done, {})(_count); }

  std::size_t _count = 0;
  plugin::SocketBackend::Counted _done;
};

/// A round whose asker waits for it.
class WaitedRound : public Round {
 public:
  using Round::Round;

  /// Until all have answered. False, and the round is over, if some haven't after `patience`.
  bool wait(std::chrono::milliseconds patience) {
    std::unique_lock lock(_toldMutex);
    if (_told.wait_for(lock, patience, [this] { return _isTold; })) return true;
    lock.unlock();
    end(plugin::AckMissing::Reason::TimedOut);
    return false;
  }

 private:
  void tell() final {
    const std::lock_guard lock(_toldMutex);
    _isTold = true;
    _told.notify_all();
  }

  std::mutex _toldMutex;
  std::condition_variable _told;
  bool _isTold = false;
};

/// Which of some users are there.
class OnlineRound final : public WaitedRound {
 public:
  OnlineRound(std::size_t answerers, std::size_t users) : WaitedRound(answerers), _online(users, false) {}

  /// One value for each user; of another length it says nothing.
  void add(Answerer who, const std::vector<bool>& online) {
    answer(who, [&] {
      if (online.size() != _online.size()) return;
      for (std::size_t i = 0; i < online.size(); ++i) _online[i] = _online[i] || online[i];
    });
  }
  /// After `wait`.
  const std::vector<bool>& online() const noexcept { return _online; }

 private:
  std::vector<bool> _online;
};

/// Which credentials sockets rest on.
class CredentialsRound final : public WaitedRound {
 public:
  using WaitedRound::WaitedRound;

  void add(Answerer who, std::vector<std::string> credentials) {
    answer(who, [&] {
      for (auto& credential : credentials) _found.insert(std::move(credential));
    });
  }
  /// After `wait`: the first of all, in order.
  std::vector<std::string> first(std::size_t most) const {
    const auto end = std::next(_found.begin(), static_cast<std::ptrdiff_t>(std::min(most, _found.size())));
    return {_found.begin(), end};
  }

 private:
  std::set<std::string> _found;
};

}  // namespace chat::gateway
