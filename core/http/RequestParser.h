#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "http/ChunkDecoder.h"
#include "http/Message.h"
#include "http/RequestError.h"
#include "http/RequestHead.h"

namespace chat::http {

/// Parses one request that comes in any number of reads. No I/O, no clock.
///
///     step = parser.parse(bytes)      Head: the head is known; decide, then acceptBody(limit)
///     step = parser.parse(rest)       Complete: the request is whole; what was not consumed belongs to the next one
///
/// Limits: the head's bytes (`maxHeadSize`) and fields (MaxFields); the body's bytes, which the caller sets when it
/// knows the route. No memory is reserved because of a length that a head announces.
class RequestParser {
 public:
  enum class Status : std::uint8_t { NeedMore, Head, Complete, Failed };
  struct Step {
    Status status;
    std::size_t consumed;
  };

  explicit RequestParser(std::size_t maxHeadSize) noexcept : _maxHeadSize(maxHeadSize) {}

  /// Makes it ready for another request; keeps the memory that a small one needs.
  void reset(std::size_t maxHeadSize) noexcept;

  /// Goes on to the next event. After Head, Complete comes only from another call, which may be given no bytes. After
  /// Failed (`error()`) the rest of the connection's bytes can't be parsed.
  Step parse(std::string_view input);

  /// To be called after Head. False if the body is already known to be longer than `limit`.
  bool acceptBody(std::size_t limit) noexcept;
  bool hasBody() const noexcept { return _framing.chunked || _framing.contentLength > 0; }
  bool expectsContinue() const noexcept { return _framing.expectsContinue && hasBody(); }

  /// Complete after Complete; without its body after Head.
  Request& request() noexcept { return _request; }
  RequestError error() const noexcept { return _error; }

 private:
  enum class State : std::uint8_t { Head, Length, Chunks, Done, Failed };

  Step readHead(std::string_view input);
  Step readLength(std::string_view input);
  Step readChunks(std::string_view input);
  bool findHeadEnd(std::string_view head);
  bool checkLine(std::string_view line);
  bool fail(RequestError error) noexcept;
  Step failed(std::size_t consumed) const noexcept { return {Status::Failed, consumed}; }

  std::size_t _maxHeadSize;
  std::string _partial;         // a head that comes in pieces
  std::uint32_t _searched = 0;  // bytes of the head that were searched for a line's end
  std::uint32_t _lineStart = 0;
  std::uint32_t _headStart = 0;  // behind an empty line that was skipped
  std::uint32_t _headEnd = 0;    // 0 until it was found
  State _state = State::Head;
  RequestError _error = RequestError::BadRequestLine;
  BodyFraming _framing;
  std::size_t _bodyLimit = 0;
  ChunkDecoder _chunks;
  Request _request;
};

}  // namespace chat::http
