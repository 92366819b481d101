#pragma once

#include <cstddef>
#include <mutex>
#include <utility>

#include "gateway/asking/Answerers.h"
#include "plugin/context/SocketBackend.h"

namespace chat::gateway {

/// One question, and what its answerers say. Ends once, when each has answered or will not, or earlier by `end`; then
/// `tell` is called. An answer that is late, comes twice, or is nobody's who was asked changes nothing. Thread: any.
class Round : public plugin::Pending {
 public:
  explicit Round(std::size_t answerers) : _answerers(answerers) {}

  /// The answerer has nothing (more) to say.
  void finish(Answerer who) {
    answer(who, [] {});
  }
  /// Ends it with what has come so far.
  void end(plugin::AckMissing::Reason reason) override {
    std::unique_lock lock(_mutex);
    if (_isOver) return;
    cutOff(reason);
    over(std::move(lock));
  }

 protected:
  /// With the round over, and unlocked; once.
  virtual void tell() = 0;
  /// Locked: the round is ended though it isn't complete.
  virtual void cutOff(plugin::AckMissing::Reason) {}
  /// Locked: whether everything has come once all answerers have finished.
  virtual bool isComplete() const noexcept { return true; }

  /// The answerer's one answer: runs `add`, locked, unless it is not waited for.
  template <typename Add>
  void answer(Answerer who, Add&& add) {
    std::unique_lock lock(_mutex);
    if (_isOver || !_answerers.finish(who)) return;
    add();
    overIfComplete(std::move(lock));
  }
  /// Something that an answerer reports besides: runs `note`, locked, unless the round is over.
  template <typename Note>
  void report(Note&& note) {
    std::unique_lock lock(_mutex);
    if (_isOver) return;
    note();
    overIfComplete(std::move(lock));
  }
  /// Locked.
  const Answerers& answerers() const noexcept { return _answerers; }

 private:
  void overIfComplete(std::unique_lock<std::mutex> lock) {
    if (_answerers.left() == 0 && isComplete()) over(std::move(lock));
  }
  void over(std::unique_lock<std::mutex> lock) {
    _isOver = true;
    lock.unlock();
    tell();
  }

  std::mutex _mutex;  // held for moments only
  Answerers _answerers;
  bool _isOver = false;
};

}  // namespace chat::gateway
