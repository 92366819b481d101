#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <set>
#include <string>
#include <vector>

#include "plugin/context/StreamEmitter.h"

namespace chat::test {

/// Records emits and their targets, in order. Thread: any.
class FakeEmitter final : public plugin::StreamEmitter {
 public:
  struct Emit {
    plugin::Target target;
    std::string event;
    std::string args;
    plugin::EmitOptions options;
  };

  void emitIn(plugin::Stream, const plugin::Target& target, std::string_view event, std::string_view args,
              const plugin::EmitOptions& options, std::span<const std::string_view>) override {
    {
      const std::lock_guard lock(_mutex);
      _emits.push_back({target, std::string(event), std::string(args), options});
    }
    _emitted.notify_all();
  }
  void join(const plugin::Target&, std::string_view) override {}
  void leave(const plugin::Target&, std::string_view) override {}
  void disconnect(const plugin::Target&, bool) override {}
  void revoke(std::string_view credential) override {
    const std::lock_guard lock(_mutex);
    _revoked.emplace_back(credential);
  }
  void endCredential(std::string_view credential, std::string_view reason, std::string_view exceptSocketId) override {
    revoke(credential);
    const std::lock_guard lock(_mutex);
    _reasons.resize(_revoked.size());
    _reasons.back() = reason;
    _lastReason = reason;
    _lastExcept = exceptSocketId;
  }

  std::vector<bool> areOnline(std::span<const base::UserId> users) override {
    const std::lock_guard lock(_mutex);
    std::vector<bool> found;
    for (const base::UserId& user : users) found.push_back(_online.count(user.value) > 0);
    return found;
  }
  /// The credentials of sockets.
  void setCredentials(std::set<std::string> credentials) {
    const std::lock_guard lock(_mutex);
    _credentials = std::move(credentials);
  }
  std::vector<std::string> credentials(std::string_view after, std::size_t most) override {
    const std::lock_guard lock(_mutex);
    std::vector<std::string> found;
    for (auto next = _credentials.upper_bound(std::string(after)); next != _credentials.end() && found.size() < most;) {
      found.push_back(*next++);
    }
    return found;
  }
  /// Says whether a user has a socket.
  void setOnline(const std::string& user, bool online) {
    const std::lock_guard lock(_mutex);
    if (online) {
      _online.insert(user);
    } else {
      _online.erase(user);
    }
  }

  /// The emits since the last call.
  std::vector<Emit> take() {
    const std::lock_guard lock(_mutex);
    return std::exchange(_emits, {});
  }
  /// As `take()`, but waits, at most ten seconds, until there are this many, for emits of another thread.
  std::vector<Emit> waitFor(std::size_t count) {
    std::unique_lock lock(_mutex);
    _emitted.wait_for(lock, std::chrono::seconds(10), [&] { return _emits.size() >= count; });
    return std::exchange(_emits, {});
  }
  std::string lastReason() const {
    const std::lock_guard lock(_mutex);
    return _lastReason;
  }
  /// For the revocation at this index of `revoked()`.
  std::string reasonOf(std::size_t place) const {
    const std::lock_guard lock(_mutex);
    return _reasons.at(place);
  }
  std::string lastExcept() const {
    const std::lock_guard lock(_mutex);
    return _lastExcept;
  }
  std::vector<std::string> revoked() const {
    const std::lock_guard lock(_mutex);
    return _revoked;
  }

 private:
  mutable std::mutex _mutex;
  std::condition_variable _emitted;
  std::vector<Emit> _emits;
  std::set<std::string> _online;
  std::set<std::string> _credentials;
  std::vector<std::string> _revoked;
  std::vector<std::string> _reasons;
  std::string _lastReason;
  std::string _lastExcept;
};

}  // namespace chat::test
