#pragma once

#include <string>
#include <string_view>

namespace chat::socketio {

/// A client of Socket.IO 2 may ask for a namespace with a query, which later releases replace by the CONNECT payload.
struct NamespaceQuery {
  std::string_view nsp;
  std::string_view query;  ///< without `?`
};
NamespaceQuery splitNamespace(std::string_view nspWithQuery) noexcept;

/// The form-encoded query as a JSON object of strings: `token=123` gives `{"token":"123"}`. Each byte that is not UTF-8
/// after decoding becomes U+FFFD.
std::string queryAsJson(std::string_view query);

}  // namespace chat::socketio
