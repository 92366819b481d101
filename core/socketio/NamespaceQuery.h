#pragma once

#include <string>
#include <string_view>

namespace chat::socketio {

/// A client of Socket.IO 2 may ask for a namespace with a query, which takes the place of the CONNECT payload of later
/// ones.
struct NamespaceQuery {
  std::string_view nsp;
  std::string_view query;  ///< without `?`
};
NamespaceQuery splitNamespace(std::string_view nspWithQuery) noexcept;

/// The form-encoded query as a JSON object of strings: `token=123` gives `{"token":"123"}`. What is not UTF-8 after
/// decoding becomes U+FFFD, byte by byte.
std::string queryAsJson(std::string_view query);

}  // namespace chat::socketio
