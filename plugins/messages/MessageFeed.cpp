#include "messages/MessageFeed.h"

#include <Poco/Data/Session.h>
#include <Poco/Data/Statement.h>

#include <string>
#include <utility>
#include <vector>

#include "support/MessageOrder.h"
#include "support/MessageRows.h"

namespace chat::messages {

namespace {

constexpr std::size_t RowsAtOnce = 100;

}  // namespace

MessageFeed::MessageFeed(data::Database& database, plugin::Emitter& emitter, Poco::Logger& logger, Submit submit)
    : _database(database), _emitter(emitter), _logger(logger), _submit(std::move(submit)) {
  const auto order = support::MessageOrder::read(database);
  _newestAt = order.newestAt;
  _position = _positionBefore = order.newest;
}

MessageFeed::~MessageFeed() {
  const auto unknown = std::make_exception_ptr(data::CommitInDoubt("stored, but the messages before it weren't read"));
  for (auto& [id, waiting] : _waiting) waiting.told.failed(unknown);
}

void MessageFeed::stored(const support::ChatMessage& message, Told told) {
  Done done;
  bool hasGap = false;
  {
    const std::lock_guard lock(_mutex);
    _waiting.emplace(message.id, Waiting{message, std::move(told)});
    if (_isReading) return;
    emitWaiting(done);
    hasGap = isGap() && !_isFailing;
    _isReading = hasGap;
  }
  // At once if there is no other thread for it: then the plugin is being removed, or has more to do than it can.
  if (hasGap && !_submit([this] { fillGap(); })) fillGap();
  tell(done);
}

void MessageFeed::fillGap() {
  Done done;
  {
    Lock lock(_mutex);
    readUpTo(_waiting.begin()->first - 1, lock, done);
  }
  tell(done);
}

void MessageFeed::run() {
  const std::uint64_t newest = support::MessageOrder::read(_database).newest;
  Done done;
  {
    Lock lock(_mutex);
    if (_isReading) return;
    // If it has moved, this server itself stores messages, and will notice.
    const bool hasStood = std::exchange(_positionBefore, _position) == _position;
    if (!hasStood || newest <= _position) return;
    _isReading = true;
    readUpTo(newest, lock, done);
  }
  tell(done);
}

/// With `_isReading`.
void MessageFeed::readUpTo(std::uint64_t target, Lock& lock, Done& done) {
  try {
    // What comes meanwhile may be above a gap of its own.
    for (; _position < target; target = isGap() ? _waiting.begin()->first - 1 : 0) {
      readPages(target, lock);
      emitWaiting(done);
    }
    _isFailing = false;
  } catch (const std::exception& error) {
    if (!lock.owns_lock()) lock.lock();
    if (!std::exchange(_isFailing, true)) {
      _logger.warning("new messages of other servers can't be read: %s", std::string(error.what()));
    }
    emitWaiting(done);
  }
  _isReading = false;
}

void MessageFeed::readPages(std::uint64_t target, Lock& lock) {
  while (_position < target) {
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
    for (const auto& message : page) emitIfNew(message);
    _position = page.size() < RowsAtOnce ? target : page.back().id;
  }
}

/// Those that follow; those that were read from the database have been emitted.
void MessageFeed::emitWaiting(Done& done) {
  while (!_waiting.empty() && !isGap()) {
    auto node = _waiting.extract(_waiting.begin());
    auto& [message, told] = node.mapped();
    if (message.id > _position) {
      emit(message);
      _position = message.id;
    }
    done.push_back(std::move(told));
  }
}

// Unlocked, and as the last thing: once all are told, the feed may be destroyed.
void MessageFeed::tell(const Done& done) {
  for (const auto& told : done) told.emitted();
}

void MessageFeed::emitIfNew(const support::ChatMessage& message) {
  if (message.date >= _newestAt) emit(message);
}

void MessageFeed::emit(const support::ChatMessage& message) {
  _newestAt = message.date;
  const plugin::EmitOptions options{.position = message.id};
  const auto tell = [&](std::uint64_t account, support::ShowLid showLid) {
    _emitter.emit(plugin::Target::toUser(base::UserId{std::to_string(account)}), "messages",
                  support::messageDocument(message, showLid), options);
  };
  tell(message.senderId, support::ShowLid::Yes);
  if (message.receiverId != message.senderId) tell(message.receiverId, support::ShowLid::No);
}

}  // namespace chat::messages
