#include <benchmark/benchmark.h>

#include <string>
#include <vector>

#include "engineio/packet/PacketCodec.h"
#include "engineio/packet/PayloadCodec.h"
#include "micro/Sample.h"

namespace {

using namespace chat::engineio;

void decodePacket(benchmark::State& state) {
  const std::string packet = "42" + bench::Event;
  std::string scratch;
  for (auto _ : state) benchmark::DoNotOptimize(decodeText(packet, 4, scratch));
}
BENCHMARK(decodePacket);

// A number of packets in one body, as version 4 of the protocol joins them and as version 3 does.
std::vector<OutgoingPacket> waiting(std::int64_t count) {
  std::vector<OutgoingPacket> packets;
  for (std::int64_t i = 0; i < count; ++i) packets.push_back({WirePacket::text("2" + bench::Event), {}});
  return packets;
}

void decodePolled(benchmark::State& state, int protocol) {
  const auto payload = encodePayload(waiting(state.range(0)), protocol, false);
  std::size_t packets = 0;
  for (auto _ : state) {
    decodePayload(payload.body, protocol, false, [&packets](const PacketView&) { return ++packets, true; });
  }
  benchmark::DoNotOptimize(packets);
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(payload.body.size()));
}
BENCHMARK_CAPTURE(decodePolled, v4, 4)->Arg(1)->Arg(16);
BENCHMARK_CAPTURE(decodePolled, v3, 3)->Arg(1)->Arg(16);

void encodePolled(benchmark::State& state, int protocol) {
  const auto packets = waiting(state.range(0));
  for (auto _ : state) benchmark::DoNotOptimize(encodePayload(packets, protocol, false));
}
BENCHMARK_CAPTURE(encodePolled, v4, 4)->Arg(1)->Arg(16);
BENCHMARK_CAPTURE(encodePolled, v3, 3)->Arg(1)->Arg(16);

void encodeForAll(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(WirePacket::text(bench::Event));
}
BENCHMARK(encodeForAll);

}  // namespace
