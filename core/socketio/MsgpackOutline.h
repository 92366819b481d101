#pragma once

#include <optional>
#include <string_view>

#include "socketio/MsgpackCodec.h"

namespace chat::socketio {

/// Reads a packet of the msgpack parser that is nested deeper than decodeMsgpack reads: everything but the arguments.
/// Its `json` has the event's name, and then more levels than base::MaxJsonDepth, so that it is treated like a packet
/// of the default parser that is too deep. No recursion. Nothing if it isn't a packet.
std::optional<MsgpackPacket> outlineOfMsgpack(std::string_view bytes);

}  // namespace chat::socketio
