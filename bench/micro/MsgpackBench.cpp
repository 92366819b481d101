#include <benchmark/benchmark.h>

#include <string>
#include <string_view>
#include <vector>

#include "micro/Sample.h"
#include "socketio/MsgpackCodec.h"

namespace {

using namespace chat::socketio;

const std::string Text = "27" + bench::Event;

void decodeEvent(benchmark::State& state) {
  const std::string packet = encodeMsgpack(Text, {});
  for (auto _ : state) benchmark::DoNotOptimize(decodeMsgpack(packet, 10).value().json.size());
}
BENCHMARK(decodeEvent)->Name("decodeMsgpack/event");

void encodeEvent(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(encodeMsgpack(Text, {}));
}
BENCHMARK(encodeEvent)->Name("encodeMsgpack/event");

// A file of a number of bytes.
const std::string Upload = R"(51-27["file",{"_placeholder":true,"num":0}])";

void decodeFile(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  const std::string_view attachment = bytes;
  const std::string packet = encodeMsgpack(Upload, std::span(&attachment, 1));
  for (auto _ : state) benchmark::DoNotOptimize(decodeMsgpack(packet, 10).value().json.size());
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(decodeFile)->Name("decodeMsgpack/file")->Arg(16384);

void encodeFile(benchmark::State& state) {
  const std::string bytes(static_cast<std::size_t>(state.range(0)), 'x');
  const std::string_view attachment = bytes;
  for (auto _ : state) benchmark::DoNotOptimize(encodeMsgpack(Upload, std::span(&attachment, 1)));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(encodeFile)->Name("encodeMsgpack/file")->Arg(16384);

}  // namespace
