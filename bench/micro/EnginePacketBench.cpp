#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "engineio/PacketCodec.h"
#include "engineio/PayloadCodec.h"
#include "micro/Sample.h"

namespace {

using namespace chat::engineio;

void decodePacket(benchmark::State& state) {
  const std::string packet = "42" + bench::Event;
  std::string scratch;
  for (auto _ : state) benchmark::DoNotOptimize(decodeText(packet, 4, scratch));
}
BENCHMARK(decodePacket);

void decodePolled(benchmark::State& state) {
  std::string body;
  for (std::int64_t i = 0; i < state.range(0); ++i) body += (i > 0 ? "\x1e" : "") + ("42" + bench::Event);
  std::size_t packets = 0;
  for (auto _ : state) {
    decodePayload(body, 4, false, [&packets](const PacketView&) { return ++packets, true; });
  }
  benchmark::DoNotOptimize(packets);
}
BENCHMARK(decodePolled)->Arg(1)->Arg(16);

void encodePolled(benchmark::State& state) {
  std::vector<OutgoingPacket> packets;
  for (std::int64_t i = 0; i < state.range(0); ++i) packets.push_back({WirePacket::text("2" + bench::Event), {}});
  for (auto _ : state) benchmark::DoNotOptimize(encodePayload(packets, 4, false));
}
BENCHMARK(encodePolled)->Arg(1)->Arg(16);

void encodeForAll(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(WirePacket::text(bench::Event));
}
BENCHMARK(encodeForAll);

}  // namespace
