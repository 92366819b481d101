#pragma once

#include <future>
#include <mutex>
#include <string>
#include <vector>

#include "gateway/endpoint/Endpoint.h"

namespace chat::gateway {

/// Notes what its client would get, one line each; a test waits for the line that it expects.
class Transcript {
 public:
  void add(std::string line) {
    const std::lock_guard lock(_mutex);
    _lines.push_back(std::move(line));
    _added.notify_all();
  }
  /// All lines once there are so many; fails the test after ten seconds.
  std::vector<std::string> wait(std::size_t count) {
    std::unique_lock lock(_mutex);
    _added.wait_for(lock, std::chrono::seconds(10), [&] { return _lines.size() >= count; });
    return _lines;
  }

 private:
  std::mutex _mutex;
  std::condition_variable _added;
  std::vector<std::string> _lines;
};

class FakeEndpoint final : public Endpoint {
 public:
  explicit FakeEndpoint(Transcript& transcript) : _transcript(transcript) {}

  void emit(std::string_view event, std::string_view args, std::span<const std::string_view>) override {
    _transcript.add("emit " + std::string(event) + " " + std::string(args));
  }
  void acknowledge(const AckTicket& ticket, int status, std::string_view document) override {
    if (ticket.number) {
      _transcript.add("ack " + std::to_string(*ticket.number) + " " + std::to_string(status) + " " +
                      std::string(document));
    }
  }
  void acknowledgeArgs(const AckTicket& ticket, std::string_view args, std::span<const std::string_view>) override {
    if (ticket.number) _transcript.add("ack " + std::to_string(*ticket.number) + " " + std::string(args));
  }
  void deliver(EncodingCache& encodings) override {
    _transcript.add("live " + encodings.emission().event + " " + encodings.emission().args);
  }
  void disconnect(bool) override { _transcript.add("disconnect"); }
  void drop() override { _transcript.add("drop"); }
  void pauseReading() override { _transcript.add("pause"); }
  void resumeReading() override { _transcript.add("resume"); }
  std::size_t backlog() const noexcept override { return 0; }
  bool writable() const noexcept override { return isWritable; }
  std::shared_ptr<const engineio::Handshake> handshake() const override { return _handshake; }
  std::string_view socketId() const noexcept override { return "fake"; }
  std::string_view nsp() const noexcept override { return "/"; }
  std::string_view address() const noexcept override { return "127.0.0.1"; }
  std::string_view header(std::string_view) const noexcept override { return {}; }
  std::string_view query() const noexcept override { return {}; }
  std::string_view transport() const noexcept override { return "websocket"; }
  int protocol() const noexcept override { return 4; }

  bool isWritable = true;

 private:
  Transcript& _transcript;
  std::shared_ptr<const engineio::Handshake> _handshake = std::make_shared<engineio::Handshake>();
};

}  // namespace chat::gateway
