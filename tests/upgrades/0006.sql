-- Written by `tests.upgrades.create` with the code of 082a18e, whose last migration is 0006.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET transaction_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
INSERT INTO public.user_account VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', 'ann@example.com', 'ann@example.com', NULL, 'ann', 'ann', NULL, NULL, 'Europe/Berlin', 'Europe/Berlin', 'monday', 'metric', 'en', NULL, '2026-11-27 21:50:25.606391+00', '2026-11-27 21:50:25.606391+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', 'bob@example.com', 'bob@example.com', NULL, 'bob', 'bob', NULL, NULL, 'America/New_York', 'America/New_York', 'monday', 'metric', 'en', NULL, '2026-11-27 21:50:30.596311+00', '2026-11-27 21:50:30.596311+00');
INSERT INTO public.body_measurement VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-057b-718d-b757-f45cf257d6fe', '2025-01-01', 80, NULL, NULL, '\x714af73e20d6b6ad395e2219251e6bf2', '2026-11-27 21:50:28.108033+00', '2026-11-27 21:50:28.108033+00');
INSERT INTO public.catalogue_exercise VALUES
	('24dbb72c-4f56-5c43-a846-2c4261ba1590', 'band-assisted-pull-up', 'Band Assisted Pull-Up', 'band assisted pull-up', 'strength', 'other', 'compound', NULL, 'beginner', '{lats}', '{abdominals,forearms,middle_back}', 'reps', 3.8),
	('c9268fad-6829-5181-8b6b-bdf94478f021', 'barbell-bench-press-medium-grip', 'Barbell Bench Press - Medium Grip', 'barbell bench press - medium grip', 'strength', 'barbell', 'compound', 'push', 'beginner', '{chest}', '{shoulders,triceps}', 'weight_reps', 3.5),
	('868521ac-5e93-593b-9434-4e83a6ccce9f', 'plank', 'Plank', 'plank', 'strength', 'body_only', 'isolation', 'static', 'beginner', '{abdominals}', '{}', 'duration', 2.8),
	('5a1aa702-5779-58e9-ad82-588773810ed8', 'pushups', 'Pushups', 'pushups', 'strength', 'body_only', 'compound', 'push', 'beginner', '{chest}', '{shoulders,triceps}', 'reps', 3.8),
	('26cd10f6-08fb-5a40-b4b8-229d94467409', 'running', 'Running', 'running', 'cardio', 'none', 'compound', NULL, 'beginner', '{quadriceps}', '{calves,glutes,hamstrings}', 'distance_duration', 9.3);
INSERT INTO public.custom_exercise VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0c3d-7569-9cfe-deb109ea3a03', 'Bench Press (Barbell)', 'bench press (barbell)', NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, NULL, '2026-11-27 21:50:29.651818+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0c3e-72d2-be43-c22723ca2b89', 'Some Machine', 'some machine', NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, NULL, '2026-11-27 21:50:29.651818+00');
INSERT INTO public.ended_session VALUES
	('01a21efc-fea5-73af-aed0-fa6339d17f5a', '2026-11-27 21:50:33.951012+00'),
	('01a21efd-127d-74b4-9b3c-99f6b9863914', '2026-11-27 21:50:33.951343+00');
INSERT INTO public.goal VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '2026-11-27', 'workouts', 2, '{sunday}', '2026-11-27 21:50:28.36783+00');
INSERT INTO public.one_time_token VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efc-fd35-70fb-a79a-ac49a3ace728', '\x1be789fe3c74a9259d68c268915ab0d6391ec0b6d05c01d8b2369a3114b0f26f', 'verify_email', 'ann@example.com', NULL, '{}', '2026-11-27 21:50:25.956323+00', '2026-11-28 21:50:26.049184+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-112d-748d-aad7-74130a8a868b', '\xac4d571f1fb2ab6dc0c8b7db64995444bc62e81c4be92c570e13cad85716870e', 'verify_email', 'bob@example.com', NULL, '{}', '2026-11-27 21:50:30.990075+00', '2026-11-28 21:50:31.170512+00');
INSERT INTO public.password_credential VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '$argon2id$v=19$m=7168,t=2,p=1$NJmBL8Uz+53unsi02XNiQg$65mFIpz2ooUZl7eJ7zaRNvIb7mmjuNTLLq0RYa/lpB8', '2026-11-27 21:50:25.606391+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '$argon2id$v=19$m=7168,t=2,p=1$ya/yZU5tzHYcBZJJ6Jrv1g$pRVzAfNmHYrI0RsnqXQhZqAZi1IXuUVlgC6l7zWwKQw', '2026-11-27 21:50:30.596311+00');
INSERT INTO public.security_event VALUES
	('01a21efc-fbee-773a-b960-905d6cd5ea35', '01a21efc-fb45-7757-856f-d13613e4c88d', NULL, 'registered', '127.0.0.1', 'python-httpx2/2.16.2', '{"method": "password"}', '2026-11-27 21:50:25.606391+00'),
	('01a21efc-fea5-73af-aed0-fa6457fec33e', '01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efc-fea5-73af-aed0-fa6339d17f5a', 'signed_in', '127.0.0.1', 'python-httpx2/2.16.2', '{"method": "password"}', '2026-11-27 21:50:26.399825+00'),
	('01a21efd-0f11-7134-9e2c-324b658fb34e', '01a21efd-0ec3-7203-8e3d-760bf98acc9a', NULL, 'registered', '127.0.0.1', 'python-httpx2/2.16.2', '{"method": "password"}', '2026-11-27 21:50:30.596311+00'),
	('01a21efd-127d-74b4-9b3c-99f766202716', '01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-127d-74b4-9b3c-99f6b9863914', 'signed_in', '127.0.0.1', 'python-httpx2/2.16.2', '{"method": "password"}', '2026-11-27 21:50:31.526929+00');
INSERT INTO public.user_revision VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', 16),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', 5);
INSERT INTO public.workout_import VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0ba1-7412-949c-cb62c7d8b7ca', 'strong', 's.csv', 1, 2, '2026-11-27 21:50:29.651818+00');
INSERT INTO public.workout VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-00f5-77c7-b2e8-f5342c573c87', 'Evening workout', NULL, 'manual', NULL, '2025-01-07 17:30:00+00', '2025-01-07 18:35:00+00', 'Europe/Berlin', '2025-01-07', 1, 3, 29, 1140, 3900, 227.5, '\xf8504bb7fe90f1d0b3a58c07605b65c2', 1, '2026-11-27 21:50:27.026713+00', '2026-11-27 21:50:27.026713+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0211-7323-9e24-911308a680a9', 'Evening workout', NULL, 'manual', NULL, '2025-01-09 17:30:00+00', '2025-01-09 18:35:00+00', 'Europe/Berlin', '2025-01-09', 1, 3, 30, 1237.5, 3900, 227.5, '\xb7d43ceed9040ad32bac0600411fb88b', 2, '2026-11-27 21:50:27.326815+00', '2026-11-27 21:50:27.326815+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0361-7338-9676-30c3529985f1', 'Evening workout', NULL, 'manual', NULL, '2025-03-30 17:30:00+00', '2025-03-30 18:35:00+00', 'Europe/Berlin', '2025-03-30', 1, 3, 31, 1340, 3900, 227.5, '\x5c6f8fb6e4c3144ac980f06210a72d25', 3, '2026-11-27 21:50:27.566418+00', '2026-11-27 21:50:27.566418+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0432-739a-a2ec-f17d90fdb6a1', 'Evening workout', NULL, 'manual', NULL, '2025-12-31 17:30:00+00', '2025-12-31 18:35:00+00', 'Europe/Berlin', '2025-12-31', 1, 3, 32, 1447.5, 3900, 227.5, '\xd1607868be502cd25b8fc2fbda8853c9', 4, '2026-11-27 21:50:27.846982+00', '2026-11-27 21:50:27.846982+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-04b1-72b4-ab1e-0d8e8bfeeb50', 'Evening workout', NULL, 'manual', NULL, '2026-01-01 17:30:00+00', '2026-01-01 18:35:00+00', 'Europe/Berlin', '2026-01-01', 1, 3, 33, 1560, 3900, 227.5, '\x00f470e58f6db46a68b352b801d04f2a', 5, '2026-11-27 21:50:27.966723+00', '2026-11-27 21:50:27.966723+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0704-7394-929c-f3c60d55ad19', 'Evening workout', NULL, 'manual', NULL, '2025-05-05 17:30:00+00', '2025-05-05 18:35:00+00', 'Europe/Berlin', '2025-05-05', 1, 3, 54, 0, 3900, 247, '\x0f6c0e4e856f0dfd53af77742012073f', 8, '2026-11-27 21:50:28.60873+00', '2026-11-27 21:50:28.60873+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-07c1-760a-993d-9bc71f203843', 'Evening workout', NULL, 'manual', NULL, '2026-02-02 17:30:00+00', '2026-02-02 18:35:00+00', 'Europe/Berlin', '2026-02-02', 1, 2, 13, 80, 3900, 247, '\x53757fe05cd702da53cb629d26866bb8', 9, '2026-11-27 21:50:28.746211+00', '2026-11-27 21:50:28.746211+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-084e-705d-b3b8-1c6068411719', 'Evening workout', NULL, 'manual', NULL, '2025-06-06 17:30:00+00', '2025-06-06 18:35:00+00', 'Europe/Berlin', '2025-06-06', 1, 2, 10, 260, 3900, 247, '\x338419a5a3f97b279e1c860d64e5e5fb', 10, '2026-11-27 21:50:28.890516+00', '2026-11-27 21:50:28.890516+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-08b7-77e7-a262-5a91089b5cbb', 'Evening workout', NULL, 'manual', NULL, '2025-06-08 17:30:00+00', '2025-06-08 18:35:00+00', 'Europe/Berlin', '2025-06-08', 2, 3, 0, 0, 3900, 463.6667, '\x1f90afe1529f61e4f2ec8571959c4f2a', 11, '2026-11-27 21:50:29.016734+00', '2026-11-27 21:50:29.016734+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0a29-765b-952b-df0f02b9d2aa', 'Evening workout', NULL, 'manual', NULL, '2025-09-09 17:30:00+00', '2025-09-09 18:35:00+00', 'Europe/Berlin', '2025-09-09', 1, 1, 3, 270, 3900, 227.5, '\x9c4261efcce1bce4281020f701ea7f01', 14, '2026-11-27 21:50:29.406248+00', '2026-11-27 21:50:29.406248+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0ac7-76ec-bb16-785c97b922f0', 'Night workout', NULL, 'manual', NULL, '2026-11-27 00:01:00+00', NULL, 'Europe/Berlin', '2026-11-27', 1, 1, 2, 190, NULL, NULL, '\xe0b56fb618cf4ff0a67b1882cea28a55', 15, '2026-11-27 21:50:29.548743+00', '2026-11-27 21:50:29.548743+00'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0cb1-7358-a621-aa13d5a0558d', 'Evening', NULL, 'strong', '01a21efd-0ba1-7412-949c-cb62c7d8b7ca', '2025-02-03 17:00:00+00', '2025-02-03 18:00:00+00', 'Europe/Berlin', '2025-02-03', 2, 2, 17, 830, 3600, NULL, '\x1fc197e809efea12b1fecf0bac8c8dbe', 16, '2026-11-27 21:50:29.651818+00', '2026-11-27 21:50:29.651818+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1563-758b-97bc-34ec522092db', 'Midday workout', NULL, 'manual', NULL, '2025-01-07 17:30:00+00', '2025-01-07 18:35:00+00', 'America/New_York', '2025-01-07', 1, 3, 29, 1140, 3900, 227.5, '\xf8504bb7fe90f1d0b3a58c07605b65c2', 1, '2026-11-27 21:50:32.287623+00', '2026-11-27 21:50:32.287623+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15b9-7701-bc97-20554ba24263', 'Midday workout', NULL, 'manual', NULL, '2025-01-09 17:30:00+00', '2025-01-09 18:35:00+00', 'America/New_York', '2025-01-09', 1, 3, 30, 1237.5, 3900, 227.5, '\xb7d43ceed9040ad32bac0600411fb88b', 2, '2026-11-27 21:50:32.376611+00', '2026-11-27 21:50:32.376611+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15ed-7114-aefa-815ef913371b', 'Midday workout', NULL, 'manual', NULL, '2025-03-30 17:30:00+00', '2025-03-30 18:35:00+00', 'America/New_York', '2025-03-30', 1, 3, 31, 1340, 3900, 227.5, '\x5c6f8fb6e4c3144ac980f06210a72d25', 3, '2026-11-27 21:50:32.427475+00', '2026-11-27 21:50:32.427475+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1663-7797-8dbd-cc71113eea16', 'Midday workout', NULL, 'manual', NULL, '2025-12-31 17:30:00+00', '2025-12-31 18:35:00+00', 'America/New_York', '2025-12-31', 1, 3, 32, 1447.5, 3900, 227.5, '\xd1607868be502cd25b8fc2fbda8853c9', 4, '2026-11-27 21:50:32.54249+00', '2026-11-27 21:50:32.54249+00'),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-16a6-777f-9a71-5c8d29f73b5c', 'Midday workout', NULL, 'manual', NULL, '2026-01-01 17:30:00+00', '2026-01-01 18:35:00+00', 'America/New_York', '2026-01-01', 1, 3, 33, 1560, 3900, 227.5, '\x00f470e58f6db46a68b352b801d04f2a', 5, '2026-11-27 21:50:32.582307+00', '2026-11-27 21:50:32.582307+00');
INSERT INTO public.workout_exercise VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-00f5-77c7-b2e8-f5342c573c87', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-07 17:30:00+00', '2025-01-07', 3, 29, 1140, NULL, NULL, 60, 9, 78, 15, 540, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0211-7323-9e24-911308a680a9', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-09 17:30:00+00', '2025-01-09', 3, 30, 1237.5, NULL, NULL, 62.5, 10, 83.33333333333333, 15, 625, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0361-7338-9676-30c3529985f1', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-03-30 17:30:00+00', '2025-03-30', 3, 31, 1340, NULL, NULL, 65, 11, 88.83333333333333, 15, 715, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0432-739a-a2ec-f17d90fdb6a1', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-12-31 17:30:00+00', '2025-12-31', 3, 32, 1447.5, NULL, NULL, 67.5, 12, 94.5, 15, 810, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-04b1-72b4-ab1e-0d8e8bfeeb50', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2026-01-01 17:30:00+00', '2026-01-01', 3, 33, 1560, NULL, NULL, 70, 13, 81.66666666666667, 15, 910, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0704-7394-929c-f3c60d55ad19', 0, '5a1aa702-5779-58e9-ad82-588773810ed8', NULL, DEFAULT, NULL, NULL, '2025-05-05 17:30:00+00', '2025-05-05', 3, 54, 0, NULL, NULL, NULL, 31, NULL, 31, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-07c1-760a-993d-9bc71f203843', 0, '5a1aa702-5779-58e9-ad82-588773810ed8', NULL, DEFAULT, NULL, NULL, '2026-02-02 17:30:00+00', '2026-02-02', 2, 13, 80, NULL, NULL, 10, 8, 12.666666666666666, 8, 80, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-084e-705d-b3b8-1c6068411719', 0, '24dbb72c-4f56-5c43-a846-2c4261ba1590', NULL, DEFAULT, NULL, NULL, '2025-06-06 17:30:00+00', '2025-06-06', 2, 10, 260, NULL, NULL, 30, 6, 36, 6, 180, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-08b7-77e7-a262-5a91089b5cbb', 0, '868521ac-5e93-593b-9434-4e83a6ccce9f', NULL, DEFAULT, NULL, NULL, '2025-06-08 17:30:00+00', '2025-06-08', 1, 0, 0, 90.5, NULL, NULL, NULL, NULL, NULL, NULL, 90.5, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-08b7-77e7-a262-5a91089b5cbb', 1, '26cd10f6-08fb-5a40-b4b8-229d94467409', NULL, DEFAULT, NULL, NULL, '2025-06-08 17:30:00+00', '2025-06-08', 2, 0, 0, 1600, 5000, NULL, NULL, NULL, NULL, NULL, 800, 2500),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0a29-765b-952b-df0f02b9d2aa', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-09-09 17:30:00+00', '2025-09-09', 1, 3, 270, NULL, NULL, 90, 3, 99.00000000000001, 3, 270, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0ac7-76ec-bb16-785c97b922f0', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2026-11-27 00:01:00+00', '2026-11-27', 1, 2, 190, NULL, NULL, 95, 2, 101.33333333333333, 2, 190, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0cb1-7358-a621-aa13d5a0558d', 0, NULL, '01a21efd-0c3d-7569-9cfe-deb109ea3a03', DEFAULT, NULL, NULL, '2025-02-03 17:00:00+00', '2025-02-03', 1, 5, 350, NULL, NULL, 70, 5, 81.66666666666667, 5, 350, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0cb1-7358-a621-aa13d5a0558d', 1, NULL, '01a21efd-0c3e-72d2-be43-c22723ca2b89', DEFAULT, NULL, NULL, '2025-02-03 17:00:00+00', '2025-02-03', 1, 12, 480, NULL, NULL, 40, 12, 56, 12, 480, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1563-758b-97bc-34ec522092db', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-07 17:30:00+00', '2025-01-07', 3, 29, 1140, NULL, NULL, 60, 9, 78, 15, 540, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15b9-7701-bc97-20554ba24263', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-09 17:30:00+00', '2025-01-09', 3, 30, 1237.5, NULL, NULL, 62.5, 10, 83.33333333333333, 15, 625, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15ed-7114-aefa-815ef913371b', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-03-30 17:30:00+00', '2025-03-30', 3, 31, 1340, NULL, NULL, 65, 11, 88.83333333333333, 15, 715, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1663-7797-8dbd-cc71113eea16', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-12-31 17:30:00+00', '2025-12-31', 3, 32, 1447.5, NULL, NULL, 67.5, 12, 94.5, 15, 810, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-16a6-777f-9a71-5c8d29f73b5c', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2026-01-01 17:30:00+00', '2026-01-01', 3, 33, 1560, NULL, NULL, 70, 13, 81.66666666666667, 15, 910, NULL, NULL);
INSERT INTO public.workout_set VALUES
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-00f5-77c7-b2e8-f5342c573c87', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-00f5-77c7-b2e8-f5342c573c87', 0, 1, 'normal', 5, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-00f5-77c7-b2e8-f5342c573c87', 0, 2, 'drop', 9, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0211-7323-9e24-911308a680a9', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0211-7323-9e24-911308a680a9', 0, 1, 'normal', 5, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0211-7323-9e24-911308a680a9', 0, 2, 'drop', 10, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0361-7338-9676-30c3529985f1', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0361-7338-9676-30c3529985f1', 0, 1, 'normal', 5, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0361-7338-9676-30c3529985f1', 0, 2, 'drop', 11, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0432-739a-a2ec-f17d90fdb6a1', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0432-739a-a2ec-f17d90fdb6a1', 0, 1, 'normal', 5, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0432-739a-a2ec-f17d90fdb6a1', 0, 2, 'drop', 12, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-04b1-72b4-ab1e-0d8e8bfeeb50', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-04b1-72b4-ab1e-0d8e8bfeeb50', 0, 1, 'normal', 5, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-04b1-72b4-ab1e-0d8e8bfeeb50', 0, 2, 'drop', 13, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0704-7394-929c-f3c60d55ad19', 0, 0, 'normal', 3, NULL, NULL, NULL, NULL, NULL, 'pose', '1', 4, '{0,3000,6000,9000}', '{2000,2100,2200,2300}', '{1200,1250,1300,1350}', '{800,850,900,950}', '{90,89,88,87}', '{0.9,0.9,0.9,0.9}', '{NULL,shallow,NULL,NULL}', '{t,NULL,NULL,NULL}'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0704-7394-929c-f3c60d55ad19', 0, 1, 'normal', 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0704-7394-929c-f3c60d55ad19', 0, 2, 'failure', 31, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-07c1-760a-993d-9bc71f203843', 0, 0, 'normal', 5, NULL, NULL, NULL, NULL, NULL, 'pose', '1', 6, '{0,3000,6000,9000,12000,15000}', '{2000,2100,2200,2300,2400,2500}', '{1200,1250,1300,1350,1400,1450}', '{800,850,900,950,1000,1050}', '{90,89,88,87,86,85}', '{0.9,0.9,0.9,0.9,0.9,0.9}', '{NULL,shallow,NULL,NULL,NULL,NULL}', '{t,NULL,NULL,NULL,NULL,NULL}'),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-07c1-760a-993d-9bc71f203843', 0, 1, 'warm_up', 8, 10, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-084e-705d-b3b8-1c6068411719', 0, 0, 'normal', 6, 30, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-084e-705d-b3b8-1c6068411719', 0, 1, 'normal', 4, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-08b7-77e7-a262-5a91089b5cbb', 0, 0, 'normal', NULL, NULL, 90.5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-08b7-77e7-a262-5a91089b5cbb', 1, 0, 'normal', NULL, NULL, 800, 2500, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-08b7-77e7-a262-5a91089b5cbb', 1, 1, 'normal', NULL, NULL, 800, 2500, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0a29-765b-952b-df0f02b9d2aa', 0, 0, 'normal', 3, 90, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0ac7-76ec-bb16-785c97b922f0', 0, 0, 'normal', 2, 95, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0cb1-7358-a621-aa13d5a0558d', 0, 0, 'normal', 5, 70, NULL, NULL, 8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efc-fb45-7757-856f-d13613e4c88d', '01a21efd-0cb1-7358-a621-aa13d5a0558d', 1, 0, 'normal', 12, 40, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1563-758b-97bc-34ec522092db', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1563-758b-97bc-34ec522092db', 0, 1, 'normal', 5, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1563-758b-97bc-34ec522092db', 0, 2, 'drop', 9, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15b9-7701-bc97-20554ba24263', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15b9-7701-bc97-20554ba24263', 0, 1, 'normal', 5, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15b9-7701-bc97-20554ba24263', 0, 2, 'drop', 10, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15ed-7114-aefa-815ef913371b', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15ed-7114-aefa-815ef913371b', 0, 1, 'normal', 5, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-15ed-7114-aefa-815ef913371b', 0, 2, 'drop', 11, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1663-7797-8dbd-cc71113eea16', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1663-7797-8dbd-cc71113eea16', 0, 1, 'normal', 5, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-1663-7797-8dbd-cc71113eea16', 0, 2, 'drop', 12, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-16a6-777f-9a71-5c8d29f73b5c', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-16a6-777f-9a71-5c8d29f73b5c', 0, 1, 'normal', 5, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-0ec3-7203-8e3d-760bf98acc9a', '01a21efd-16a6-777f-9a71-5c8d29f73b5c', 0, 2, 'drop', 13, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
