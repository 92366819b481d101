#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "testing/Message.h"

namespace chat::testing {

class TestHost;

/// A connect handler refused the connection, or the namespace isn't served.
class ConnectRefused : public std::runtime_error {
 public:
  ConnectRefused(const std::string& message, std::string errorData)
      : std::runtime_error(message), data(std::move(errorData)) {}
  /// The refusal's data as JSON, if it has any: `{"errors":{"code":"401",…}}`.
  const std::string data;
};

/// A client in one namespace of a TestHost: its events go through the server's own protocol and gateway code to the
/// plugin's handlers, and their answers come back the same way. There is no network.
///
/// Made by TestHost::connect. Every wait takes at most TestHost::Patience; then std::runtime_error says what didn't
/// come. Thread: the test's. Must not outlive its host.
class TestSocket {
 public:
  TestSocket(TestSocket&&) noexcept;
  TestSocket& operator=(TestSocket&&) = delete;
  /// Breaks the connection if it is still open.
  ~TestSocket();

  /// The socket's id, as `Caller::socketId()` gives it.
  const std::string& id() const noexcept;
  bool connected() const;

  /// Sends an event and waits for its acknowledgement. `args` are JSON values separated by commas; attachments are
  /// numbered by placeholders in them (`{"_placeholder":true,"num":0}`).
  Answer ask(std::string_view event, std::string_view args = {}, std::span<const std::string_view> attachments = {});
  /// As `ask`, in two steps: `begin` sends the event and returns a number without waiting for the handler; `answerTo`
  /// waits for the acknowledgement of the event with this number.
  std::uint64_t begin(std::string_view event, std::string_view args = {},
                      std::span<const std::string_view> attachments = {});
  Answer answerTo(std::uint64_t number);
  /// Sends an event without asking for an acknowledgement, and waits until it was handled.
  void send(std::string_view event, std::string_view args = {}, std::span<const std::string_view> attachments = {});

  /// Waits for the next event of that name; earlier events stay for `received`.
  Message expect(std::string_view event);
  /// Waits until everything was handled, then returns the events that have come and weren't taken yet.
  std::vector<Message> received();
  /// Sets how the client acknowledges events: `answer` gets the event and returns the arguments, or nothing for no
  /// acknowledgement. Without it nothing is acknowledged. Called on the loop.
  void onAsk(std::function<std::optional<std::string>(const Message&)> answer);

  /// Leaves the namespace (`client namespace disconnect`).
  void disconnect();
  /// Loses the connection (`transport close`).
  void drop();

 private:
  friend class TestHost;
  struct State;
  explicit TestSocket(std::unique_ptr<State> state);
  std::unique_ptr<State> _state;
};

}  // namespace chat::testing
