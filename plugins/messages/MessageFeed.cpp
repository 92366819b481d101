#include "messages/MessageFeed.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>
#include <pthread.h>

#include <string>
#include <utility>
#include <vector>

#include "support/MessageOrder.h"
#include "support/MessageRows.h"

namespace chat::messages {

namespace {

constexpr std::size_t RowsAtOnce = 100;

}  // namespace

MessageFeed::MessageFeed(data::Database& database, plugin::Emitter& emitter, Poco::Logger& logger,
                         std::chrono::milliseconds interval)
    : _database(database),
      _emitter(emitter),
      _logger(logger),
      _interval(interval),
      _position(support::MessageOrder::read(database).newest),
      _positionBefore(_position),
      _thread([this] { run(); }) {}

MessageFeed::~MessageFeed() {
  {
    const std::lock_guard lock(_mutex);
    _isEnding = true;
  }
  _changed.notify_one();
  _thread.join();
}

void MessageFeed::stored(const support::ChatMessage& message, Told told) {
  const std::lock_guard lock(_mutex);
  _waiting.emplace(message.id, Waiting{message, std::move(told)});
  if (_isReading) return;
  emitWaiting();
  if (isGap()) _changed.notify_one();
}

void MessageFeed::run() {
  pthread_setname_np(pthread_self(), "message-feed");
  Lock lock(_mutex);
  while (!_isEnding) {
    // After a failure it isn't tried at once again, whatever waits.
    const bool mayRead = !_isFailing;
    _changed.wait_for(lock, _interval, [&] { return _isEnding || (mayRead && isGap()); });
    const std::uint64_t target = nextTarget(lock);
    if (target > _position) _isFailing = !readUpTo(target, lock);
  }
  const auto unknown = std::make_exception_ptr(data::CommitInDoubt("stored, but the messages before it weren't read"));
  for (auto& [id, waiting] : _waiting) waiting.told.failed(unknown);
}

/// Up to where to read; not above the position if there is nothing to read.
std::uint64_t MessageFeed::nextTarget(Lock& lock) {
  if (isGap()) return _waiting.begin()->first - 1;
  std::uint64_t newest = 0;
  lock.unlock();
  try {
    newest = support::MessageOrder::read(_database).newest;
  } catch (const std::exception&) {
    // Whoever stores or reads something says it.
  }
  lock.lock();
  // If it has moved, this server itself stores messages, and will notice.
  const bool hasStood = std::exchange(_positionBefore, _position) == _position;
  return hasStood ? newest : 0;
}

/// False if the database can't be read.
bool MessageFeed::readUpTo(std::uint64_t target, Lock& lock) {
  _isReading = true;
  bool isDone = false;
  try {
    while (!isDone) {
      const std::uint64_t from = _position;
      std::vector<support::ChatMessage> page;
      lock.unlock();
      _database.read([&](Poco::Data::Session& session) {
        Poco::Data::Statement select(session);
        select << support::selectMessages(_database) << "message m" << support::MessageJoins << "WHERE m.id > "
               << std::to_string(from) << " AND m.id <= " << std::to_string(target) << " ORDER BY m.id LIMIT "
               << std::to_string(RowsAtOnce);
        page = support::readMessages(select);
      });
      lock.lock();
      for (const auto& message : page) emit(message);
      isDone = page.size() < RowsAtOnce;
      _position = isDone ? target : page.back().id;
    }
  } catch (const std::exception& error) {
    if (!lock.owns_lock()) lock.lock();
    if (!_isFailing) _logger.warning("new messages of other servers can't be read: %s", std::string(error.what()));
  }
  _isReading = false;
  emitWaiting();
  return isDone;
}

/// Those that follow; those that were read from the database have been emitted.
void MessageFeed::emitWaiting() {
  while (!_waiting.empty() && !isGap()) {
    auto node = _waiting.extract(_waiting.begin());
    auto& [message, told] = node.mapped();
    if (message.id > _position) {
      emit(message);
      _position = message.id;
    }
    told.emitted();
  }
}

void MessageFeed::emit(const support::ChatMessage& message) {
  const plugin::EmitOptions options{.position = message.id};
  const auto tell = [&](std::uint64_t account, support::ShowLid showLid) {
    _emitter.emit(plugin::Target::toUser(base::UserId{std::to_string(account)}), "messages",
                  support::messageDocument(message, showLid), options);
  };
  tell(message.senderId, support::ShowLid::Yes);
  if (message.receiverId != message.senderId) tell(message.receiverId, support::ShowLid::No);
}

}  // namespace chat::messages
