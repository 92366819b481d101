#pragma once

#include <cstddef>

#include "base/Clock.h"

namespace chat::websocket {

/// Which permessage-deflate parameters (RFC 7692) the server agrees to, and how much memory and time it spends on them.
///
/// A *context* is the data of earlier messages that the next one may refer to. The compressing side may drop its
/// context at any time; the inflating side has to keep what the other may refer to.
struct DeflateOptions {
  bool enabled = false;
  /// A message of at least this many bytes is compressed.
  std::size_t threshold = 1024;
  /// A larger message isn't compressed, since its loop does nothing else meanwhile. Bytes.
  std::size_t maxSize = 1024 * 1024;
  /// Each message is compressed by itself: no memory for each connection, and a broadcast is compressed once.
  bool serverNoContextTakeover = true;
  /// Clients are told to compress each message by itself. Otherwise up to 2^clientMaxWindowBits bytes are kept for
  /// each.
  bool clientNoContextTakeover = false;
  int serverMaxWindowBits = 15;  ///< 8–15
  int clientMaxWindowBits = 15;  ///< 8–15; below 15 a client that keeps a context must offer to be limited
  int memoryLevel = 8;           ///< zlib's memLevel, 1–9
  int level = 1;                 ///< zlib's level, 1 (fast) – 9
  /// How many contexts a loop keeps for sending, each of up to 256 KiB; further connections are served without one.
  std::size_t maxContexts = 1024;
  /// A context for sending that wasn't used for this long is given back.
  base::Duration contextIdleTimeout{30'000};
};

}  // namespace chat::websocket
