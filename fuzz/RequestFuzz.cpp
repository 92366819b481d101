// HTTP requests, in chunks.
#include <cstdint>

#include "Chunks.h"
#include "http/RequestParser.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using Status = chat::http::RequestParser::Status;
  chat::fuzz::Chunks chunks({reinterpret_cast<const char*>(data), size});
  chat::http::RequestParser parser(4096);
  while (!chunks.empty()) {
    auto input = chunks.next();
    for (;;) {
      const auto step = parser.parse(input);
      if (step.consumed > input.size()) __builtin_trap();
      input.remove_prefix(step.consumed);
      if (step.status == Status::Failed || step.status == Status::Complete) return 0;
      if (step.status == Status::Head) {
        if (!parser.acceptBody(1024)) return 0;
        continue;
      }
      break;  // needs more
    }
  }
  return 0;
}
