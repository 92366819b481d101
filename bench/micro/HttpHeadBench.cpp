#include <benchmark/benchmark.h>

#include <string>

#include "http/RequestParser.h"
#include "http/ResponseHead.h"

namespace {

using namespace chat::http;

const std::string Poll =
    "GET /socket.io/?EIO=4&transport=polling&sid=AbcdefghijklmnopqrsT HTTP/1.1\r\nHost: chat.example.org\r\n"
    "Accept: */*\r\n\r\n";
const std::string Browser =
    "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: chat.example.org\r\nConnection: Upgrade\r\n"
    "Pragma: no-cache\r\nCache-Control: no-cache\r\nUser-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 "
    "(KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36\r\nUpgrade: websocket\r\nOrigin: https://chat.example.org\r\n"
    "Sec-WebSocket-Version: 13\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nAccept-Language: en-US,en;q=0.9\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Extensions: permessage-deflate; "
    "client_max_window_bits\r\n\r\n";

void parseHead(benchmark::State& state, const std::string& head) {
  RequestParser parser(16384);
  for (auto _ : state) {
    parser.reset(16384);
    benchmark::DoNotOptimize(parser.parse(head));
  }
}
BENCHMARK_CAPTURE(parseHead, poll, Poll);
BENCHMARK_CAPTURE(parseHead, browser, Browser);

void writeHead(benchmark::State& state) {
  std::string out;
  const Response response(200, "text/plain; charset=UTF-8", "ok");
  for (auto _ : state) {
    out.clear();
    Closing closing;
    closing.date = std::chrono::system_clock::time_point(std::chrono::seconds(1));
    appendHead(out, response, closing);
  }
}
BENCHMARK(writeHead);

}  // namespace
