#pragma once

#include <cstddef>
#include <span>

#include "engineio/packet/OutgoingPacket.h"
#include "http/Message.h"

namespace chat::engineio {

/// How a polling client takes what it is sent.
struct PollingFormat {
  int protocol;              ///< 3 or 4
  bool allowBinary;          ///< version 3's binary form may be used
  std::size_t compressFrom;  ///< bytes of a body from which on it is compressed, if the client takes that
};

/// The answer to a GET: the packets as its body.
http::Response pollAnswer(const http::Request& request, std::span<const OutgoingPacket> packets,
                          const PollingFormat& format);

/// The answer to a POST whose packets were taken.
http::Response postAnswer();

}  // namespace chat::engineio
