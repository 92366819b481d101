#include "http/RequestError.h"

#include <array>
#include <cstddef>

namespace chat::http {
namespace {

struct Entry {
  int status;
  std::string_view sentence;
};

// In the order of the enumeration.
constexpr std::array Entries{
    Entry{400, "The request line is malformed."},
    Entry{505, "Only HTTP/1.0 and HTTP/1.1 are spoken here."},
    Entry{400, "The request target is malformed."},
    Entry{414, "The request target is too long."},
    Entry{400, "A line does not end with CR LF."},
    Entry{400, "A header field is malformed."},
    Entry{400, "A header field is folded over several lines."},
    Entry{431, "The request has too many header fields."},
    Entry{431, "The request head is too large."},
    Entry{400, "The Host field is missing."},
    Entry{400, "The request has more than one Host field."},
    Entry{400, "The Host field is malformed."},
    Entry{400, "The Content-Length is not one number."},
    Entry{400, "The Transfer-Encoding contradicts itself or the Content-Length."},
    Entry{
        501,
        "The only transfer encoding served is chunked: no body that is compressed on the way, such as gzip, chunked."},
    Entry{400, "A chunk is malformed."},
    Entry{413, "The request body is too large."},
    Entry{417, "The only expectation served is 100-continue."},
    Entry{408, "The request took too long to arrive."},
};
static_assert(Entries.size() == static_cast<std::size_t>(RequestError::Timeout) + 1);

}  // namespace

int status(RequestError error) noexcept {
  return Entries[static_cast<std::size_t>(error)].status;
}

std::string_view sentence(RequestError error) noexcept {
  return Entries[static_cast<std::size_t>(error)].sentence;
}

}  // namespace chat::http
