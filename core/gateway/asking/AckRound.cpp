#include "gateway/asking/AckRound.h"

#include <limits>
#include <utility>

namespace chat::gateway {
namespace {

using Reason = plugin::AckMissing::Reason;

/// Of a socket that was asked too late.
constexpr std::size_t Nowhere = std::numeric_limits<std::size_t>::max();

}  // namespace

void AckRound::expect(std::string_view socketId, std::string_view nsp) {
  report([&] {
    _expected = socketId;
    _expectedNsp = nsp;
  });
}

AckRound::Place AckRound::ask(Answerer who, std::string_view socketId, std::string_view nsp) {
  Place place{who, Nowhere};
  report([&] {
    if (!answerers().waitsFor(who)) return;
    place.number = _asked.size();
    _asked.push_back({who, std::string(socketId), std::string(nsp)});
    ++_waiting;
  });
  return place;
}

AckRound::Asked* AckRound::waitingAt(const Place& place) noexcept {
  if (place.number >= _asked.size()) return nullptr;
  auto& asked = _asked[place.number];
  return asked.waiting && asked.who == place.who ? &asked : nullptr;
}

void AckRound::answer(const Place& place, std::string_view args, std::span<const std::string_view> attachments) {
  report([&] {
    auto* const asked = waitingAt(place);
    if (!asked) return;
    std::size_t bytes = args.size();
    for (const auto attachment : attachments) bytes += attachment.size();
    if (_bytes + bytes > _maxBytes) return missed(place.number, Reason::Refused);
    _bytes += bytes;
    asked->waiting = false;
    --_waiting;
    _given.push_back({place.number, std::string(args), {attachments.begin(), attachments.end()}, {}});
  });
}

void AckRound::miss(const Place& place, Reason reason) {
  report([&] {
    if (waitingAt(place)) missed(place.number, reason);
  });
}

void AckRound::missed(std::size_t number, Reason reason) {
  _asked[number].waiting = false;
  --_waiting;
  _lacking.push_back({number, reason});
}

void AckRound::cutOff(Reason reason) {
  _cutShort = answerers().left() > 0;
  for (std::size_t number = 0; number < _asked.size(); ++number) {
    if (_asked[number].waiting) missed(number, reason);
  }
}

void AckRound::tell() {
  if (!_expected.empty() && _asked.empty() && !_cutShort) {
    _asked.push_back({0, _expected, _expectedNsp, false});
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
  std::exchange(_done, {})(shared_from_this());
}

}  // namespace chat::gateway
