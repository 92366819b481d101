#pragma once

#include <string_view>

namespace chat::plainws {

/// What makes a frame no envelope. The client is told, and its connection lives on.
enum class EnvelopeError {
  NotText,       ///< a binary message
  NotAnObject,   ///< no JSON, deeper than base::MaxJsonDepth, or not an object
  MissingEvent,  ///< no member `event`
  IllegalEvent,  ///< `event` is not a string
  IllegalId,     ///< `id` is neither a number nor a string
};

/// A sentence for the client.
std::string_view describe(EnvelopeError error) noexcept;

/// A frame as received, `{"event":…,"id":…,"data":…}`. Views are valid during the call only.
struct EnvelopeView {
  std::string_view event;  ///< unescaped
  std::string_view id;     ///< the JSON text of a number or a string, to be echoed as it is; empty where there is none
  std::string_view data;   ///< JSON text; empty where there is none
};

}  // namespace chat::plainws
