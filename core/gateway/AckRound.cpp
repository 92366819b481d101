#include "gateway/AckRound.h"

#include <utility>

namespace chat::gateway {

using Reason = plugin::AckMissing::Reason;

void AckRound::expect(std::string_view socketId, std::string_view nsp) {
  const std::lock_guard lock(_mutex);
  _expected = socketId;
  _expectedNsp = nsp;
}

std::size_t AckRound::ask(std::string_view socketId, std::string_view nsp) {
  const std::lock_guard lock(_mutex);
  if (!_over) {
    _asked.push_back({std::string(socketId), std::string(nsp)});
    ++_waiting;
  }
  return _asked.size() - 1;
}

void AckRound::answer(std::size_t number, std::string_view args, std::span<const std::string_view> attachments) {
  std::unique_lock lock(_mutex);
  if (_over) return;
  std::size_t bytes = args.size();
  for (const auto attachment : attachments) bytes += attachment.size();
  if (_bytes + bytes > _maxBytes) {
    missLocked(number, Reason::Refused);
  } else {
    _bytes += bytes;
    _asked[number].waiting = false;
    --_waiting;
    _given.push_back({number, std::string(args), {attachments.begin(), attachments.end()}, {}});
  }
  finishIfComplete(std::move(lock));
}

void AckRound::miss(std::size_t number, Reason reason) {
  std::unique_lock lock(_mutex);
  if (_over) return;
  missLocked(number, reason);
  finishIfComplete(std::move(lock));
}

void AckRound::missLocked(std::size_t number, Reason reason) {
  _asked[number].waiting = false;
  --_waiting;
  _lacking.push_back({number, reason});
}

void AckRound::loopDone() {
  std::unique_lock lock(_mutex);
  --_loops;
  if (!_over) finishIfComplete(std::move(lock));
}

void AckRound::end(Reason reason) {
  std::unique_lock lock(_mutex);
  if (_over) return;
  _cutShort = _loops > 0;
  for (std::size_t number = 0; number < _asked.size(); ++number) {
    if (_asked[number].waiting) missLocked(number, reason);
  }
  finish(std::move(lock));
}

void AckRound::finishIfComplete(std::unique_lock<std::mutex> lock) {
  if (_loops == 0 && _waiting == 0) finish(std::move(lock));
}

void AckRound::finish(std::unique_lock<std::mutex> lock) {
  _over = true;
  if (!_expected.empty() && _asked.empty() && !_cutShort) {
    _asked.push_back({_expected, _expectedNsp, false});
    _lacking.push_back({0, Reason::Left});
  }
  for (auto& given : _given) {
    given.views.assign(given.attachments.begin(), given.attachments.end());
    const auto& asked = _asked[given.number];
    _answers.push_back({asked.socketId, asked.nsp, given.args, given.views});
  }
  for (const auto& lacking : _lacking) {
    const auto& asked = _asked[lacking.number];
    _missing.push_back({asked.socketId, asked.nsp, lacking.reason});
  }
  auto done = std::move(_done);
  lock.unlock();
  done(shared_from_this());
}

}  // namespace chat::gateway
