#pragma once

#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "socketio/AttachmentAssembler.h"
#include "socketio/PacketCodec.h"
#include "testing/FakeSession.h"
#include "testing/TestHostState.h"
#include "testing/TestSocket.h"

namespace chat::testing {

/// The client's half of the protocol. Events are received on the loop; the test waits for them on its own thread.
struct TestSocket::State final : private FakeSession::Receiver {
 public:
  State(TestHost::State& host, std::string nsp, const TestHost::State::Opening& opening);
  ~State();
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Throws ConnectRefused.
  void connect(const std::string& auth);

  const std::string& id() const noexcept { return _id; }
  bool connected() const;
  std::uint64_t begin(std::string_view event, std::string_view args, std::span<const std::string_view> attachments);
  Answer answerTo(std::uint64_t number);
  void send(std::string_view event, std::string_view args, std::span<const std::string_view> attachments);
  Message expect(std::string_view event);
  std::vector<Message> received();
  void onAsk(std::function<std::optional<std::string>(const Message&)> answer);
  void disconnect();
  void drop();

 private:
  void onText(std::string_view text) override;
  void onBinary(std::string_view bytes) override;
  void onEnded() override;

  void take(const socketio::PacketView& packet, std::span<const std::string_view> attachments);
  void takeEvent(const socketio::PacketView& packet, std::span<const std::string_view> attachments);
  void write(std::optional<std::uint64_t> ackId, std::string_view event, std::string_view args,
             std::span<const std::string_view> attachments);
  template <typename Arrived>
  void await(const std::string& what, Arrived&& arrived);

  TestHost::State& _host;
  const std::string _nsp;
  const std::string _prefix;
  std::unique_ptr<FakeSession> _session;                      // made, used and destroyed on the loop
  std::unique_ptr<socketio::AttachmentAssembler> _assembler;  // the loop's
  std::string _id;                                            // set once, before connect() returns
  std::uint64_t _nextAckId = 0;

  mutable std::mutex _mutex;
  std::condition_variable _changed;
  bool _entered = false;
  bool _left = false;
  std::optional<ConnectRefused> _refusal;
  std::deque<Message> _messages;
  std::map<std::uint64_t, Answer> _answers;
  std::function<std::optional<std::string>(const Message&)> _onAsk;
};

}  // namespace chat::testing
