#pragma once

#include <string_view>

namespace chat::plainws {

/// Why a frame is not a valid envelope. The client gets the error and stays connected.
enum class EnvelopeError {
  NotText,       ///< a binary message
  NotAnObject,   ///< not JSON, or not an object
  TooDeep,       ///< nested deeper than base::MaxJsonDepth
  MissingEvent,  ///< no member `event`
  IllegalEvent,  ///< `event` is not a string
  IllegalId,     ///< `id` is neither a number nor a string
};

/// A sentence for the client.
std::string_view describe(EnvelopeError error) noexcept;

/// A received frame, `{"event":…,"id":…,"data":…}`. Views are valid during the call only.
struct EnvelopeView {
  std::string_view event;  ///< unescaped
  std::string_view id;     ///< the JSON text of a number or a string, to be echoed as it is; empty if there is none
  std::string_view data;   ///< JSON text; empty if there is none
};

}  // namespace chat::plainws
