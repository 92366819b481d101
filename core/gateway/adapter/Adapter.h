#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string_view>

#include "gateway/asking/AckRound.h"
#include "gateway/asking/Questions.h"
#include "gateway/asking/SocketRounds.h"
#include "gateway/emission/Command.h"
#include "plugin/context/StreamEmitter.h"

namespace chat::gateway {

/// An event for sockets. Views what its caller holds: whoever needs it beyond the call copies.
struct Emit {
  plugin::Stream stream{};  ///< of its position
  const plugin::Target& target;
  std::string_view event;
  std::string_view args;
  std::span<const std::string_view> attachments;
  plugin::EmitOptions options;
};

/// All sockets, wherever they are: what can be done to them and asked of them. The name is that of Socket.IO's own
/// adapters (Node's `socket.io-adapter`).
///
/// What goes through it is a value, so that an adapter between nodes is one that brings the same values to other
/// processes. What it is given was checked: names, JSON, and attachments are what clients take.
///
/// Thread: any. Emits and commands from one thread reach each socket in their order, and on the thread of a socket's
/// own loop at once.
class Adapter {
 public:
  virtual ~Adapter() = default;

  virtual void emit(const Emit& emit) = 0;
  virtual void carryOut(Command command) = 0;

  /// How many give an answer to each question: what a round is made for.
  virtual std::size_t answerers() const noexcept = 0;
  // The answers come to the round, on any thread, perhaps before this returns. An answerer that has gone is finished
  // for the round; one that is silent isn't waited for by the adapter: that is the round's or its asker's business.
  virtual void ask(Ask question, const std::shared_ptr<AckRound>& round) = 0;
  virtual void ask(Fetch question, const std::shared_ptr<FetchRound>& round) = 0;
  virtual void ask(Count question, const std::shared_ptr<CountRound>& round) = 0;
  virtual void ask(Online question, const std::shared_ptr<OnlineRound>& round) = 0;
  virtual void ask(Credentials question, const std::shared_ptr<CredentialsRound>& round) = 0;
};

}  // namespace chat::gateway
