# The server in three stages: compiling with Debian 12's packages, the browser client from npm, and what the server
# needs to run.

FROM debian:bookworm-slim AS build
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      g++ cmake ninja-build pkg-config libpoco-dev libboost1.81-dev libsodium-dev libsimdjson-dev liburing-dev prometheus-cpp-dev libre2-dev libicu-dev nlohmann-json3-dev libsqlite3-dev \
      libmariadb-dev libssl-dev zlib1g-dev libbrotli-dev \
 && rm -rf /var/lib/apt/lists/*
WORKDIR /src
COPY CMakeLists.txt CMakePresets.json ./
COPY cmake cmake
COPY core core
COPY plugins plugins
COPY sdk sdk
RUN cmake --preset release -DCHAT_TESTS=OFF \
 && cmake --build build/release --target serving \
 && strip build/release/bin/chat-socketio build/release/plugins/*.so

FROM node:22-bookworm-slim AS client
WORKDIR /src
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts --no-audit --no-fund

FROM debian:bookworm-slim
# libmariadb3 contains the folder of authentication plugins, without which MySQL's default accounts can't log in.
RUN apt-get update \
 && apt-get install -y --no-install-recommends \
      libpocofoundation80 libpocoutil80 libpocoxml80 libpocojson80 libpoconet80 libpocodata80 libpocodatamysql80 \
      libpocodatasqlite80 libmariadb3 libssl3 libsodium23 libsimdjson14 liburing2 libprometheus-cpp-core1.0 libre2-9 libicu72 libsqlite3-0 zlib1g libbrotli1 \
 && rm -rf /var/lib/apt/lists/* \
 && useradd --system --uid 10001 --home-dir /var/lib/chat-socketio --shell /usr/sbin/nologin chat \
 && install -d -o chat -g chat -m 0750 /var/lib/chat-socketio
WORKDIR /opt/chat-socketio
COPY --from=build /src/build/release/bin/chat-socketio bin/
COPY --from=build /src/build/release/plugins/*.so plugins/
COPY --from=client /src/node_modules/socket.io-client/dist node_modules/socket.io-client/dist
COPY conf conf
COPY htdocs htdocs
COPY schema schema
COPY scripts/healthcheck bin/
ENV CHAT_DATA_FOLDER=/var/lib/chat-socketio
USER chat
VOLUME /var/lib/chat-socketio
EXPOSE 18000
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 CMD ["/opt/chat-socketio/bin/healthcheck"]
# The server is the container's first process, so that it gets the signal of `docker stop`.
ENTRYPOINT ["/opt/chat-socketio/bin/chat-socketio", "--config=/opt/chat-socketio/conf/chat-socketio.properties"]
