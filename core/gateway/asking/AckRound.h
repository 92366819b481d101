#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "gateway/asking/Round.h"
#include "plugin/context/SocketBackend.h"

namespace chat::gateway {

/// One question to sockets, and the sockets' answers.
///
/// Each answerer names the sockets that it asks, reports their answers or why there are none, and says when it has
/// asked all it has. The round ends with the last answer of all. Thread: any.
class AckRound final : public Round, public plugin::AckResult, public std::enable_shared_from_this<AckRound> {
 public:
  /// Names a socket that was asked.
  struct Place {
    Answerer who;
    std::size_t number;
  };

  /// `maxBytes`: of all answers together; one that goes beyond counts as refused.
  AckRound(std::size_t answerers, std::size_t maxBytes, plugin::SocketBackend::Asked done)
      : Round(answerers), _maxBytes(maxBytes), _done(std::move(done)) {}

  /// The answerer asks this socket. Before it finishes.
  Place ask(Answerer who, std::string_view socketId, std::string_view nsp);
  void answer(const Place& place, std::string_view args, std::span<const std::string_view> attachments);
  void miss(const Place& place, plugin::AckMissing::Reason reason);
  /// For one socket that was to be asked: if nobody was found, it has left.
  void expect(std::string_view socketId, std::string_view nsp);

  std::span<const plugin::AckAnswer> answers() const noexcept override { return _answers; }
  std::span<const plugin::AckMissing> missing() const noexcept override { return _missing; }
  bool isCutShort() const noexcept override { return _cutShort; }

 private:
  struct Asked {
    Answerer who;
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
  void tell() override;
  void cutOff(plugin::AckMissing::Reason reason) override;
  bool isComplete() const noexcept override { return _waiting == 0; }
  /// Null if the socket wasn't asked by that answerer, or has answered.
  Asked* waitingAt(const Place& place) noexcept;
  void missed(std::size_t number, plugin::AckMissing::Reason reason);

  const std::size_t _maxBytes;
  std::size_t _waiting = 0;  // sockets
  std::size_t _bytes = 0;
  bool _cutShort = false;
  std::vector<Asked> _asked;
  std::vector<Answer> _given;
  std::vector<Missing> _lacking;
  std::string _expected;
  std::string _expectedNsp;
  plugin::SocketBackend::Asked _done;

  // Once it is over.
  std::vector<plugin::AckAnswer> _answers;
  std::vector<plugin::AckMissing> _missing;
};

}  // namespace chat::gateway
