#include <Poco/Exception.h>
#include <pthread.h>
#include <signal.h>

#include <exception>
#include <iostream>

#include "app/Application.h"

namespace {

// To be called before the first thread is made: blocks the signals that the server acts on, so that only the main
// thread gets them, when it waits for them.
void keepSignalsForMain() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int number : {SIGINT, SIGTERM, SIGQUIT, SIGHUP}) sigaddset(&signals, number);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  ::signal(SIGPIPE, SIG_IGN);
}

}  // namespace

int main(int argc, char** argv) {
  keepSignalsForMain();
  try {
    chat::app::Application application;
    return application.runWith({argv, argv + argc});
  } catch (const Poco::Exception& fault) {
    std::cerr << "chat-socketio: " << fault.displayText() << '\n';
  } catch (const std::exception& fault) {
    std::cerr << "chat-socketio: " << fault.what() << '\n';
  }
  return 70;  // EX_SOFTWARE
}
