#include <benchmark/benchmark.h>

#include <string>

#include "micro/Sample.h"
#include "socketio/PacketCodec.h"

namespace {

using namespace chat::socketio;

void parseEvent(benchmark::State& state) {
  const std::string packet = "27" + bench::Event;
  std::string unescaped;
  for (auto _ : state) {
    const auto parsed = parsePacket(packet, 10);
    benchmark::DoNotOptimize(splitEvent(parsed.value().json, unescaped));
  }
}
BENCHMARK(parseEvent);

void writeAck(benchmark::State& state) {
  for (auto _ : state) {
    PacketWriter writer(PacketType::Ack, {}, 7);
    benchmark::DoNotOptimize(writer.array(bench::Event).pieces().size());
  }
}
BENCHMARK(writeAck);

void writeEvent(benchmark::State& state) {
  for (auto _ : state) {
    PacketWriter writer(PacketType::Event, "/chat,");
    benchmark::DoNotOptimize(writer.event("messages", bench::Event).pieces().size());
  }
}
BENCHMARK(writeEvent);

}  // namespace
