#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "micro/Sample.h"
#include "websocket/FrameParser.h"

namespace {

// Parses and unmasks one frame. Unmasking in place undoes itself the next time, which costs the same.
void parseFrame(benchmark::State& state) {
  auto frame = bench::clientFrame('\x81', std::string(static_cast<std::size_t>(state.range(0)), 'x'));
  chat::websocket::FrameParser parser;
  chat::websocket::FramePiece piece;
  for (auto _ : state) {
    std::span<char> input(frame);
    benchmark::DoNotOptimize(parser.next(input, piece));
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(parseFrame)->Arg(64)->Arg(1024)->Arg(16384);

void unmask(benchmark::State& state) {
  std::vector<char> bytes(static_cast<std::size_t>(state.range(0)), 'x');
  for (auto _ : state) {
    chat::websocket::unmask(bytes, {1, 2, 3, 4}, 1);
    benchmark::ClobberMemory();
  }
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(unmask)->Arg(64)->Arg(16384);

}  // namespace
