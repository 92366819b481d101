#pragma once

#include <Poco/AutoPtr.h>
#include <Poco/Channel.h>

#include <cstdint>
#include <mutex>
#include <utility>

namespace chat::app {

/// Hands messages on to a channel and swallows its exceptions: code that logs can do nothing about a full disk, and an
/// exception would end the server. A message that can't be written is lost; the channel is opened again for the next
/// one, and the first message that is written afterwards is preceded by one that says how many are missing.
///
/// Thread: any; one message after the other.
class LossyChannel final : public Poco::Channel {
 public:
  explicit LossyChannel(Poco::AutoPtr<Poco::Channel> next) : _next(std::move(next)) {}

  /// Errors: those of the channel.
  void open() override { _next->open(); }
  void close() override;
  void log(const Poco::Message& message) override;

 private:
  void tellOfLost();

  Poco::AutoPtr<Poco::Channel> _next;
  std::mutex _mutex;
  std::uint64_t _lost = 0;
};

}  // namespace chat::app
