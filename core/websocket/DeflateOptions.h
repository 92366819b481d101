#pragma once

#include <cstddef>

#include "base/Clock.h"

namespace chat::websocket {

/// What the server agrees to of permessage-deflate (RFC 7692), and how much memory and time it spends on it.
///
/// A *context* is what one message leaves for the next to refer to. The side that compresses may do without at any
/// time; the side that inflates has to keep what the other may refer to.
struct DeflateOptions {
  bool enabled = false;
  /// Bytes from which on a message is compressed.
  std::size_t threshold = 1024;
  /// Bytes up to which a message is compressed: its loop does nothing else meanwhile.
  std::size_t maxSize = 1024 * 1024;
  /// Each message is compressed by itself: no memory for a connection, and what is sent to many is compressed once.
  bool serverNoContextTakeover = true;
  /// Clients are told to compress each message by itself. Else up to 2^clientMaxWindowBits bytes are kept for each.
  bool clientNoContextTakeover = false;
  int serverMaxWindowBits = 15;  ///< 8–15
  int clientMaxWindowBits = 15;  ///< 8–15; below 15 a client that keeps a context must offer to be limited
  int memoryLevel = 8;           ///< zlib's memLevel, 1–9
  int level = 1;                 ///< zlib's level, 1 (fast) – 9
  /// Contexts that a loop keeps for sending, each of up to 256 KiB; connections beyond are compressed for without.
  std::size_t maxContexts = 1024;
  /// A context for sending that wasn't used for so long is given back.
  base::Duration contextIdleTimeout{30'000};
};

}  // namespace chat::websocket
