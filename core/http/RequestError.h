#pragma once

#include <cstdint>
#include <string_view>

namespace chat::http {

/// Why a request is refused before any route sees it.
enum class RequestError : std::uint8_t {
  BadRequestLine,
  BadVersion,
  BadTarget,
  TargetTooLong,
  BadLineEnding,
  BadField,
  FoldedField,
  TooManyFields,
  HeadTooLarge,
  MissingHost,
  SeveralHosts,
  BadHost,
  BadContentLength,
  BadTransferEncoding,
  UnknownTransferEncoding,
  BadChunk,
  BodyTooLarge,
  UnknownExpectation,
  Timeout,
};

/// The status that the peer gets.
int status(RequestError error) noexcept;
/// A sentence for the peer and the log.
std::string_view sentence(RequestError error) noexcept;

}  // namespace chat::http
