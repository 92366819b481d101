#pragma once

#include <stdexcept>

#include "plugin/api/Reply.h"

namespace chat::test {

/// A client with default values; a test's subclass overrides some.
class PlainCaller : public plugin::Caller {
 public:
  std::string_view socketId() const noexcept override { return "socket"; }
  std::string_view nsp() const noexcept override { return "/"; }
  const plugin::Identity* identity() const noexcept override { return nullptr; }
  std::string_view address() const noexcept override { return "127.0.0.1"; }
  std::string_view header(std::string_view) const noexcept override { return {}; }
  std::string_view query() const noexcept override { return {}; }
  std::string_view transport() const noexcept override { return "websocket"; }
  int protocol() const noexcept override { return 4; }
  std::string_view data(std::string_view) const noexcept override { return {}; }
  std::string_view auth() const noexcept override { return "{}"; }
  std::chrono::system_clock::time_point connectedAt() const noexcept override { return {}; }
  bool secure() const noexcept override { return false; }
  std::string_view url() const noexcept override { return "/socket.io/?"; }
};

/// Ignores every answer; a test's subclass records the expected ones.
class PlainReply : public plugin::Reply {
 public:
  void answer(int, std::string_view) override {}
  void acknowledge(int, std::string_view) override {}
  void acknowledgeArgs(std::string_view, bool) override {}
  void emit(std::string_view, std::string_view, bool) override {}
  void setIdentity(std::optional<plugin::Identity>) override {}
  void disconnect(bool) override {}
  void acknowledgeBinary(std::string_view, std::span<const std::string_view>) override {}
  void emitBinary(std::string_view, std::string_view, std::span<const std::string_view>) override {}
  void emitTo(const plugin::Target&, std::string_view, std::string_view, const plugin::EmitOptions&,
              std::span<const std::string_view>) override {}
  void broadcast(std::string_view, std::string_view, std::string_view, std::span<const std::string_view>) override {}
  void join(std::string_view) override {}
  void leave(std::string_view) override {}
  void setData(std::string_view, std::string_view) override {}
  void ask(std::string_view, std::string_view, const plugin::AskOptions&, plugin::AckCallback,
           std::span<const std::string_view>) override {}
  std::shared_ptr<plugin::PendingReply> later() override { throw std::logic_error("nobody waits here"); }
};

}  // namespace chat::test
