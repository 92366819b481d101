#pragma once

#include <cstddef>
#include <string>

#include "engineio/packet/WirePacket.h"

namespace chat::engineio {

/// A packet that waits for its client: a message, or a packet of another type.
struct OutgoingPacket {
  WirePacket message;
  std::string control;  ///< a packet as text (`2`, `6`, `3probe`); if it is empty, the message counts

  std::size_t size() const noexcept { return control.empty() ? message.size() + 1 : control.size(); }
};

}  // namespace chat::engineio
