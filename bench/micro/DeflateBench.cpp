#include <benchmark/benchmark.h>

#include <stdexcept>
#include <string>
#include <string_view>

#include "micro/Sample.h"
#include "websocket/Deflater.h"
#include "websocket/Inflater.h"

namespace {

using namespace chat::websocket;

// Different chat messages, as in a replayed history.
std::string history(std::size_t size) {
  std::string text = "[";
  for (unsigned i = 0; text.size() < size; ++i) text += bench::Event + std::to_string(i * 2654435761U) + ',';
  text.resize(size);
  return text;
}

void deflate(benchmark::State& state) {
  const auto text = history(static_cast<std::size_t>(state.range(0)));
  Deflater deflater(Deflater::Parameters{});
  const std::string_view piece = text;
  std::size_t size = 0;
  for (auto _ : state) {
    deflater.reset();
    size = deflater.compress(std::span(&piece, 1)).size();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.counters["compressedTo"] = static_cast<double>(size);
}
BENCHMARK(deflate)->Arg(1024)->Arg(16384);

void inflate(benchmark::State& state) {
  const auto text = history(static_cast<std::size_t>(state.range(0)));
  Deflater deflater(Deflater::Parameters{});
  const std::string_view piece = text;
  const std::string compressed(deflater.compress(std::span(&piece, 1)));
  Inflater inflater(15, false);
  for (auto _ : state) {
    inflater.feed(compressed, true);
    std::size_t size = 0;
    for (auto status = Inflater::Status::Output; status == Inflater::Status::Output;) {
      std::string_view out;
      status = inflater.next(text.size(), out);
      size += out.size();
    }
    if (size != text.size()) throw std::runtime_error("inflated to something else");
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(inflate)->Arg(1024)->Arg(16384);

}  // namespace
