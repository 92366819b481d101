#include <benchmark/benchmark.h>

#include <string>

#include "websocket/MessageAssembler.h"

namespace {

using namespace chat::websocket;

// A message of a number of fragments of 1 KiB.
void assemble(benchmark::State& state) {
  const auto fragments = state.range(0);
  std::string bytes(1024, 'x');
  MessageAssembler assembler{MessageAssembler::Limits{}};
  MessageView message;
  for (auto _ : state) {
    for (std::int64_t i = 0; i < fragments; ++i) {
      const bool last = i + 1 == fragments;
      FramePiece piece;
      piece.header = {i == 0 ? Opcode::Text : Opcode::Continuation, last, false, bytes.size()};
      piece.bytes = bytes;
      piece.begins = piece.ends = true;
      benchmark::DoNotOptimize(assembler.add(piece, message));
    }
  }
  state.SetBytesProcessed(state.iterations() * fragments * 1024);
}
BENCHMARK(assemble)->Arg(1)->Arg(16);

}  // namespace
