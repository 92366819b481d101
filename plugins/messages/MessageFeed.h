#pragma once

#include <Poco/Logger.h>

#include <cstdint>
#include <exception>
#include <functional>
#include <map>
#include <mutex>
#include <vector>

#include "data/Database.h"
#include "plugin/api/Emitter.h"
#include "plugin/api/TimerHandler.h"
#include "support/ChatMessage.h"

namespace chat::messages {

/// Emits the messages of all servers on the database to the sockets of this one, in the order of their ids
/// (docs/decisions/0026). A message of this server is emitted at once if it is the next one. If not, another server, or
/// another committing thread of this one, has stored those before it: they are read from the database, and it waits for
/// them. If this server stores nothing, the feed looks in intervals whether others have.
///
/// Dates never go back in the order, but for messages that an import has taken over: nobody is sent those.
///
/// Thread: any.
class MessageFeed final : public plugin::TimerHandler {
 public:
  /// One of both is called, once, in the order of the ids on each thread. Must not block. Until then the feed must
  /// live.
  struct Told {
    std::function<void()> emitted;
    /// CommitInDoubt: the feed ended before the messages before it could be read.
    std::function<void(std::exception_ptr)> failed;
  };

  /// Runs a task soon on a thread that may block; false if it can't, see plugin::Context::submit.
  using Submit = std::function<bool(std::function<void()>)>;

  /// Begins after the newest message. Errors: data::Unavailable.
  MessageFeed(data::Database& database, plugin::Emitter& emitter, Poco::Logger& logger, Submit submit);
  /// Tells those that wait that they failed.
  ~MessageFeed() override;
  MessageFeed(const MessageFeed&) = delete;
  MessageFeed& operator=(const MessageFeed&) = delete;

  /// A message that this server has stored. Doesn't block, except for the emits of others.
  void stored(const support::ChatMessage& message, Told told);
  /// Looks whether others have stored messages, and tries again to read what could not be read.
  void run() override;

 private:
  struct Waiting {
    support::ChatMessage message;
    Told told;
  };
  using Lock = std::unique_lock<std::mutex>;
  using Done = std::vector<Told>;

  void fillGap();
  void readUpTo(std::uint64_t target, Lock& lock, Done& done);
  void readPages(std::uint64_t target, Lock& lock);
  void emitWaiting(Done& done);
  static void tell(const Done& done);
  void emit(const support::ChatMessage& message);
  void emitIfNew(const support::ChatMessage& message);
  bool isGap() const { return !_waiting.empty() && _waiting.begin()->first > _position + 1; }

  data::Database& _database;
  plugin::Emitter& _emitter;
  Poco::Logger& _logger;
  const Submit _submit;
  std::mutex _mutex;
  support::Millis _newestAt = 0;      ///< the date of the newest message that was emitted
  std::uint64_t _position = 0;        ///< all messages up to this one were emitted
  std::uint64_t _positionBefore = 0;  ///< at the last look
  bool _isReading = false;            ///< or will be soon
  bool _isFailing = false;
  std::map<std::uint64_t, Waiting> _waiting;
};

}  // namespace chat::messages
