#include "http/RequestParser.h"

#include <algorithm>

namespace chat::http {
namespace {

// Whether a request may begin with this byte. Detects at once a peer that speaks TLS or another protocol.
bool mayBegin(char c) noexcept {
  return c >= 'A' && c <= 'z';
}

}  // namespace

void RequestParser::reset(std::size_t maxHeadSize) noexcept {
  _maxHeadSize = maxHeadSize;
  _partial = {};
  _searched = _lineStart = _headStart = _headEnd = 0;
  _state = State::Head;
  _framing = {};
  _bodyLimit = 0;
  _chunks = {};
  _request.clear();
}

RequestParser::Step RequestParser::parse(std::string_view input) {
  switch (_state) {
    case State::Head:
      return readHead(input);
    case State::Length:
      return readLength(input);
    case State::Chunks:
      return readChunks(input);
    case State::Done:
      return {Status::Complete, 0};
    case State::Failed:
      break;
  }
  return failed(0);
}

bool RequestParser::acceptBody(std::size_t limit) noexcept {
  _bodyLimit = limit;
  return _framing.chunked || _framing.contentLength <= limit || fail(RequestError::BodyTooLarge);
}

RequestParser::Step RequestParser::readHead(std::string_view input) {
  // A head that comes in one piece, as nearly all do, is parsed in place, without a copy.
  const std::size_t before = _partial.size();
  std::string_view head = input;
  if (before > 0) {
    _partial.append(input.substr(0, _maxHeadSize + 1 - before));
    head = _partial;
  }
  if (!findHeadEnd(head)) return failed(input.size());
  if (_headEnd == 0) {
    if (head.size() > _maxHeadSize) {
      fail(_lineStart == 0 ? RequestError::TargetTooLong : RequestError::HeadTooLarge);
      return failed(input.size());
    }
    if (before == 0) _partial.assign(input);
    return {Status::NeedMore, input.size()};
  }
  const std::size_t consumed = _headEnd - before;
  auto framing = parseHead(head.substr(_headStart, _headEnd - _headStart), _request);
  if (before > 0) _partial = {};
  if (!framing) {
    fail(framing.error());
    return failed(consumed);
  }
  _framing = framing.value();
  _state = _framing.chunked ? State::Chunks : _framing.contentLength > 0 ? State::Length : State::Done;
  return {Status::Head, consumed};
}

// Goes through the lines that have come and checks what Beast doesn't. Sets _headEnd to the position after the empty
// line.
bool RequestParser::findHeadEnd(std::string_view head) {
  for (;;) {
    const auto lineFeed = head.find('\n', _searched);
    if (lineFeed == std::string_view::npos || lineFeed >= _maxHeadSize) {
      if (!head.empty() && _lineStart == _headStart && _headStart < head.size() && head[_headStart] != '\r' &&
          !mayBegin(head[_headStart])) {
        return fail(RequestError::BadRequestLine);
      }
      if (lineFeed != std::string_view::npos) {
        return fail(_lineStart == 0 ? RequestError::TargetTooLong : RequestError::HeadTooLarge);
      }
      _searched = static_cast<std::uint32_t>(head.size());
      return true;
    }
    const auto line = head.substr(_lineStart, lineFeed - _lineStart);
    if (!checkLine(line)) return false;
    const bool empty = line.size() == 1;
    const bool first = _lineStart == _headStart;
    _searched = _lineStart = static_cast<std::uint32_t>(lineFeed + 1);
    if (!empty) continue;
    if (!first) {
      _headEnd = _lineStart;
      return true;
    }
    // RFC 9112, section 2.2: an empty line before the request is skipped, but only one.
    if (_headStart > 0) return fail(RequestError::BadRequestLine);
    _headStart = _lineStart;
  }
}

// A line without its LF.
bool RequestParser::checkLine(std::string_view line) {
  if (line.empty() || line.find('\r') != line.size() - 1)
    return fail(RequestError::BadLineEnding);  // bare LF or bare CR
  if (line.front() != ' ' && line.front() != '\t') return true;
  return fail(_lineStart == _headStart ? RequestError::BadRequestLine : RequestError::FoldedField);
}

RequestParser::Step RequestParser::readLength(std::string_view input) {
  auto& body = _request.body;
  const auto missing = _framing.contentLength - body.size();
  const auto count = static_cast<std::size_t>(std::min<std::uint64_t>(missing, input.size()));
  body.append(input.substr(0, count));
  if (count < missing) return {Status::NeedMore, count};
  _state = State::Done;
  return {Status::Complete, count};
}

RequestParser::Step RequestParser::readChunks(std::string_view input) {
  const auto step = _chunks.decode(input, _request.body, _bodyLimit);
  switch (step.status) {
    case ChunkDecoder::Status::NeedMore:
      return {Status::NeedMore, step.consumed};
    case ChunkDecoder::Status::Complete:
      _state = State::Done;
      return {Status::Complete, step.consumed};
    case ChunkDecoder::Status::TooLarge:
      fail(RequestError::BodyTooLarge);
      break;
    case ChunkDecoder::Status::Malformed:
      fail(RequestError::BadChunk);
      break;
  }
  return failed(step.consumed);
}

bool RequestParser::fail(RequestError error) noexcept {
  _error = error;
  _state = State::Failed;
  return false;
}

}  // namespace chat::http
