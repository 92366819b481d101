#include "gateway/endpoint/RecoverableSession.h"

#include <algorithm>
#include <utility>

namespace chat::gateway {
namespace {

std::size_t sizeOf(const socketio::EncodedEvent& event) noexcept {
  std::size_t size = 0;
  for (const auto& packet : event.packets) size += packet.size();
  return size;
}

}  // namespace

RecoverableSession::RecoverableSession(std::string pid, std::string nsp, std::string socketId, const RecoveryLog& log,
                                       std::size_t maxBytes)
    : _pid(std::move(pid)),
      _nsp(std::move(nsp)),
      _socketId(std::move(socketId)),
      _log(&log),
      _maxBytes(maxBytes),
      _start(log.processed()) {}

void RecoverableSession::joined(std::string_view room) {
  const bool isIn = std::any_of(_stays.begin(), _stays.end(),
                                [room](const Stay& stay) { return stay.to == Still && stay.room == room; });
  if (isIn) return;
  // What was left so long ago that the log doesn't go back to it tells nothing any more.
  std::erase_if(_stays, [this](const Stay& stay) { return stay.to != Still && _log->isBefore(stay.to); });
  if (_stays.size() >= MaxStays) {
    const auto oldest = std::find_if(_stays.begin(), _stays.end(), [](const Stay& stay) { return stay.to != Still; });
    if (oldest != _stays.end()) {
      _forgottenThrough = std::max(_forgottenThrough, oldest->to);
      _stays.erase(oldest);
    }
  }
  _stays.push_back({std::string(room), _log->processed(), Still});
}

void RecoverableSession::left(std::string_view room) {
  const auto stay =
      std::find_if(_stays.begin(), _stays.end(), [room](const Stay& s) { return s.to == Still && s.room == room; });
  if (stay == _stays.end()) return;
  stay->to = _log->processed();
  if (stay->from == stay->to) _stays.erase(stay);
}

void RecoverableSession::identified(const plugin::Identity* who) {
  if (who == nullptr ? !_user : _user == who->user) return;
  _user = who == nullptr ? std::nullopt : std::optional(who->user);
  _userSince = _log->processed();
  // Another user's streams have positions of their own.
  for (Direct& direct : _directs) direct.position = 0;
  _droppedPositions = {};
}

std::string RecoverableSession::nextOffset() const {
  return RecoveryOffset::argument(_log->processed(), _directCount + 1, tag());
}

void RecoverableSession::sent(socketio::EncodedEvent event, plugin::Stream stream, std::uint64_t position,
                              base::TimePoint now) {
  const std::size_t size = sizeOf(event);
  _directs.push_back({++_directCount, _log->processed(), stream, position, now, size, std::move(event)});
  _directBytes += size;
  const auto hasCome = now - _log->options().confirmedAfter;
  while (!_directs.empty() && (_directBytes > _maxBytes || _directs.size() > _log->options().maxPackets ||
                               _directs.front().time < hasCome)) {
    _directBytes -= _directs.front().size;
    _droppedPositions.reach(_directs.front().stream, _directs.front().position);
    _dropped = std::move(_directs.front());
    _dropped->event = {};
    _directs.pop_front();
  }
}

void RecoverableSession::leave(base::TimePoint confirmed, Away away) {
  _away = std::make_unique<Away>(std::move(away));
  _confirmedTime = confirmed;
  _confirmed = _log->processedAt(confirmed);
}

bool RecoverableSession::wasIn(std::string_view room, std::uint64_t sequence) const noexcept {
  if (room == _socketId) return true;
  return std::any_of(_stays.begin(), _stays.end(), [&](const Stay& stay) {
    return stay.from < sequence && sequence <= stay.to && stay.room == room;
  });
}

bool RecoverableSession::isMeant(const Emission& emission) const noexcept {
  const auto& target = emission.target;
  const auto in = [&](const std::string& room) { return wasIn(room, emission.sequence); };
  if (target.kind == plugin::Target::Kind::User) {
    return _user == target.user && emission.sequence > _userSince;
  }
  if (target.nsp != _nsp) return false;
  if (target.kind == plugin::Target::Kind::Socket && target.socketId != _socketId) return false;
  if (target.kind == plugin::Target::Kind::Rooms && std::none_of(target.rooms.begin(), target.rooms.end(), in)) {
    return false;
  }
  return target.exceptSocketId != _socketId && std::none_of(target.exceptRooms.begin(), target.exceptRooms.end(), in);
}

// An emit to many that has come says that all before it have.
bool RecoverableSession::hasSeen(const Direct& direct, const std::optional<RecoveryOffset>& offset) const noexcept {
  if (direct.time < _confirmedTime) return true;
  return offset && (direct.after < offset->sequence || direct.number <= offset->direct);
}

std::optional<RecoverableSession::Missed> RecoverableSession::missed(std::string_view text) const {
  const auto offset = RecoveryOffset::parse(text, tag());
  const std::uint64_t seen = std::max({_start, _confirmed, offset ? offset->sequence : 0});
  if (!_log->covers(seen) || seen < _forgottenThrough || (_dropped && !hasSeen(*_dropped, offset))) return std::nullopt;

  Missed missed;
  missed.positions = _droppedPositions;
  std::size_t size = 0;
  const auto add = [&](plugin::Stream stream, std::uint64_t position, std::size_t bytes, auto&& event) {
    if (position > 0 && position <= missed.positions.last(stream)) return;
    missed.positions.reach(stream, position);
    missed.events.push_back(event());
    size += bytes;
  };
  auto direct = _directs.begin();
  for (; direct != _directs.end() && hasSeen(*direct, offset); ++direct) {
    missed.positions.reach(direct->stream, direct->position);
  }
  const auto addDirectsBefore = [&](std::uint64_t sequence) {
    for (; direct != _directs.end() && direct->after < sequence; ++direct) {
      add(direct->stream, direct->position, direct->size, [&] { return direct->event; });
    }
  };
  const auto& entries = _log->entries();
  const auto first = std::upper_bound(
      entries.begin(), entries.end(), seen,
      [](std::uint64_t sequence, const RecoveryLog::Entry& entry) { return sequence < entry.emission->sequence; });
  for (auto entry = first; entry != entries.end(); ++entry) {
    const Emission& emission = *entry->emission;
    if (!isMeant(emission)) continue;
    addDirectsBefore(emission.sequence);
    add(emission.stream, emission.options.position, emission.size(),
        [&] { return EncodingCache(emission).forNamespace(_nsp); });
  }
  addDirectsBefore(Still);
  if (size > _maxBytes) return std::nullopt;
  return missed;
}

std::vector<std::string> RecoverableSession::rooms() const {
  std::vector<std::string> rooms;
  for (const Stay& stay : _stays) {
    if (stay.to == Still) rooms.push_back(stay.room);
  }
  return rooms;
}

}  // namespace chat::gateway
