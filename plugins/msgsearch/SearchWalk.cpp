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
constexpr std::uint64_t FirstRows = 500;
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
                       const Deadline& deadline)
    : _search(search),
      _deadline(deadline),
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
  const base::TimePoint begun = _deadline.clock().now();
  Candidates::Batch batch = byIndex ? nextOfIndex(_limit) : nextOfTable(_limit);
  compare(batch);
  _position = batch.from;
  _took = _deadline.clock().now() - begun;
  if (byIndex) {
    adapt(_idsInStep, _took, MostIds);
  } else {
    adapt(_rowsInStep, _took, MostRows);
  }
  return std::move(batch.messages);
}

void SearchWalk::compare(Candidates::Batch& batch) const {
  std::vector<support::ChatMessage> found;
  std::uint64_t last = 0;
  for (support::ChatMessage& message : batch.messages) {
    if (last != 0 && _deadline.isOver()) {
      batch.from = last;
      break;
    }
    last = message.id;
    if (isFoundBy(_search, message)) found.push_back(std::move(message));
  }
  batch.messages = std::move(found);
}

Candidates::Batch SearchWalk::nextOfIndex(std::uint64_t limit) {
  const std::uint64_t from = std::max({_readyFrom, _floor, _position - std::min(_position, _idsInStep)});
  return _candidates.fromIndex({from, _position}, limit);
}

Candidates::Batch SearchWalk::nextOfTable(std::uint64_t limit) {
  const bool isReady = _position > _readyFrom;
  // Without their present form the messages can't be compared by SQL: all of them are read.
  if (!isReady) limit = std::max(limit, MostRead);
  const std::uint64_t start = _candidates.startOf(_position, isReady ? _rowsInStep : std::min(_rowsInStep, limit));
  const std::uint64_t from = std::max({start, _floor, isReady ? _readyFrom : 0});
  return _candidates.fromTable({from, _position}, limit,
                               isReady ? Candidates::Form::Present : Candidates::Form::Earlier);
}

}  // namespace chat::msgsearch
