#pragma once

#include <cstddef>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/SocketAccess.h"

namespace chat::gateway {

/// One question to the sockets of all loops, and their answers.
///
/// Each loop names whom it asks, hears their answers or why they don't come, and says when it has asked everybody; with
/// the last of all this the round ends, or earlier by `end()`. What comes afterwards is dropped. Thread: any.
class AckRound final : public plugin::Pending, public plugin::AckResult, public std::enable_shared_from_this<AckRound> {
 public:
  /// `maxBytes`: of all answers together; one that goes beyond counts as refused.
  AckRound(std::size_t loops, std::size_t maxBytes, plugin::SocketAccess::Asked done)
      : _maxBytes(maxBytes), _loops(loops), _done(std::move(done)) {}

  /// The number under which the socket is known from now on.
  std::size_t ask(std::string_view socketId, std::string_view nsp);
  void answer(std::size_t number, std::string_view args, std::span<const std::string_view> attachments);
  void miss(std::size_t number, plugin::AckMissing::Reason reason);
  /// A loop has asked everybody it has.
  void loopDone();
  /// For one socket that was to be asked: if nobody was found, it has left.
  void expect(std::string_view socketId, std::string_view nsp);

  void end(plugin::AckMissing::Reason reason) override;

  std::span<const plugin::AckAnswer> answers() const noexcept override { return _answers; }
  std::span<const plugin::AckMissing> missing() const noexcept override { return _missing; }
  bool isCutShort() const noexcept override { return _cutShort; }

 private:
  struct Asked {
    std::string socketId;
    std::string nsp;
    bool waiting = true;
  };
  struct Answer {
    std::size_t number;
    std::string args;
    std::vector<std::string> attachments;
    std::vector<std::string_view> views;
  };
  struct Missing {
    std::size_t number;
    plugin::AckMissing::Reason reason;
  };
  void finishIfComplete(std::unique_lock<std::mutex> lock);
  void finish(std::unique_lock<std::mutex> lock);
  void missLocked(std::size_t number, plugin::AckMissing::Reason reason);

  const std::size_t _maxBytes;
  std::mutex _mutex;
  std::size_t _loops;        // that may still ask
  std::size_t _waiting = 0;  // sockets
  std::size_t _bytes = 0;
  bool _over = false;
  bool _cutShort = false;
  std::vector<Asked> _asked;
  std::vector<Answer> _given;
  std::vector<Missing> _lacking;
  std::string _expected;
  std::string _expectedNsp;
  plugin::SocketAccess::Asked _done;

  // Once it is over.
  std::vector<plugin::AckAnswer> _answers;
  std::vector<plugin::AckMissing> _missing;
};

}  // namespace chat::gateway
