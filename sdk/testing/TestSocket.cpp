#include "testing/TestSocket.h"

#include <utility>

#include "testing/TestSocketState.h"

namespace chat::testing {

TestSocket::TestSocket(std::unique_ptr<State> state) : _state(std::move(state)) {}

TestSocket::TestSocket(TestSocket&&) noexcept = default;

TestSocket::~TestSocket() = default;

const std::string& TestSocket::id() const noexcept {
  return _state->id();
}

bool TestSocket::connected() const {
  return _state->connected();
}

Answer TestSocket::ask(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) {
  return answerTo(begin(event, args, attachments));
}

std::uint64_t TestSocket::begin(std::string_view event, std::string_view args,
                                std::span<const std::string_view> attachments) {
  return _state->begin(event, args, attachments);
}

Answer TestSocket::answerTo(std::uint64_t number) {
  return _state->answerTo(number);
}

void TestSocket::send(std::string_view event, std::string_view args, std::span<const std::string_view> attachments) {
  _state->send(event, args, attachments);
}

Message TestSocket::expect(std::string_view event) {
  return _state->expect(event);
}

std::vector<Message> TestSocket::received() {
  return _state->received();
}

void TestSocket::onAsk(std::function<std::optional<std::string>(const Message&)> answer) {
  _state->onAsk(std::move(answer));
}

void TestSocket::disconnect() {
  _state->disconnect();
}

void TestSocket::drop() {
  _state->drop();
}

}  // namespace chat::testing
