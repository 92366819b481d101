#include "msgsearch/SearchWalk.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace chat::msgsearch {
namespace {

constexpr std::uint64_t AboveAll = std::numeric_limits<std::int64_t>::max();
// How much a step looks at; then as much as takes some milliseconds, whatever the machine and the messages.
constexpr std::uint64_t FirstIds = 100'000;
constexpr std::uint64_t MostIds = 1'000'000'000'000;
constexpr std::uint64_t FirstRows = 1'000;
constexpr std::uint64_t MostRows = 50'000;
constexpr std::uint64_t LeastInStep = 100;
constexpr base::Duration Short{8};
constexpr base::Duration Long{20};
// How many messages are read from the database at once.
constexpr std::uint64_t MostRead = 400;

void adapt(std::uint64_t& size, base::Duration took, std::uint64_t most) {
  if (took < Short) size = std::min(size * 2, most);
  if (took > Long) size = std::max(size / 2, LeastInStep);
}

}  // namespace

SearchWalk::SearchWalk(data::Database& database, const Search& search, std::uint64_t readyFrom,
                       const base::Clock& clock)
    : _search(search),
      _clock(clock),
      _readyFrom(readyFrom),
      _candidates(database, search),
      _idsInStep(FirstIds),
      _rowsInStep(FirstRows) {
  _position = std::min(search.before.value_or(AboveAll), _candidates.newest() + 1);
  if (search.query.before) {
    constexpr support::Millis BothSides = 2 * Candidates::ClockDifference;
    _position = std::min(_position, _candidates.idAt(*search.query.before + BothSides));
  }
  if (search.query.since) _floor = _candidates.idAt(*search.query.since);
}

std::vector<support::ChatMessage> SearchWalk::next(std::uint64_t wanted) {
  _limit = std::clamp(_limit * 2, wanted, std::max(wanted, MostRead));
  const bool byIndex = _position > _readyFrom && _candidates.hasTokens();
  const base::TimePoint begun = _clock.now();
  std::vector<support::ChatMessage> messages = byIndex ? nextOfIndex(_limit) : nextOfTable(_limit);
  std::erase_if(messages, [&](const support::ChatMessage& message) { return !isFoundBy(_search, message); });
  const base::Duration took = _clock.now() - begun;
  if (byIndex) {
    adapt(_idsInStep, took, MostIds);
  } else {
    adapt(_rowsInStep, took, MostRows);
  }
  return messages;
}

std::vector<support::ChatMessage> SearchWalk::nextOfIndex(std::uint64_t limit) {
  const std::uint64_t from = std::max({_readyFrom, _floor, _position - std::min(_position, _idsInStep)});
  auto messages = _candidates.fromIndex({from, _position}, limit);
  moveTo(from, messages, limit);
  return messages;
}

std::vector<support::ChatMessage> SearchWalk::nextOfTable(std::uint64_t limit) {
  const bool isReady = _position > _readyFrom;
  // Without their present form the messages can't be compared by SQL: all of them are read.
  if (!isReady) limit = std::max(limit, MostRead);
  const std::uint64_t start = _candidates.startOf(_position, isReady ? _rowsInStep : std::min(_rowsInStep, limit));
  const std::uint64_t from = std::max({start, _floor, isReady ? _readyFrom : 0});
  auto messages =
      _candidates.fromTable({from, _position}, limit, isReady ? Candidates::Form::Present : Candidates::Form::Earlier);
  moveTo(from, messages, limit);
  return messages;
}

void SearchWalk::moveTo(std::uint64_t from, const std::vector<support::ChatMessage>& read, std::uint64_t limit) {
  _position = read.size() == limit ? read.back().id : from;
}

}  // namespace chat::msgsearch
