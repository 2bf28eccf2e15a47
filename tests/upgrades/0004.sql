-- Written by `tests.upgrades.create` with the code of 6f8a4d7, whose last migration is 0004.
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
	('01a21efd-48c3-73d9-b384-39a39ed520e2', 'ann@example.com', 'ann@example.com', NULL, 'ann', 'ann', NULL, NULL, 'Europe/Berlin', 'Europe/Berlin', 'monday', 'metric', 'en', NULL, '2026-11-27 21:50:45.61995+00', '2026-11-27 21:50:45.61995+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', 'bob@example.com', 'bob@example.com', NULL, 'bob', 'bob', NULL, NULL, 'America/New_York', 'America/New_York', 'monday', 'metric', 'en', NULL, '2026-11-27 21:50:50.605634+00', '2026-11-27 21:50:50.605634+00');
INSERT INTO public.catalogue_exercise VALUES
	('24dbb72c-4f56-5c43-a846-2c4261ba1590', 'band-assisted-pull-up', 'Band Assisted Pull-Up', 'band assisted pull-up', 'strength', 'other', 'compound', NULL, 'beginner', '{lats}', '{abdominals,forearms,middle_back}', 'reps', 3.8),
	('c9268fad-6829-5181-8b6b-bdf94478f021', 'barbell-bench-press-medium-grip', 'Barbell Bench Press - Medium Grip', 'barbell bench press - medium grip', 'strength', 'barbell', 'compound', 'push', 'beginner', '{chest}', '{shoulders,triceps}', 'weight_reps', 3.5),
	('868521ac-5e93-593b-9434-4e83a6ccce9f', 'plank', 'Plank', 'plank', 'strength', 'body_only', 'isolation', 'static', 'beginner', '{abdominals}', '{}', 'duration', 2.8),
	('5a1aa702-5779-58e9-ad82-588773810ed8', 'pushups', 'Pushups', 'pushups', 'strength', 'body_only', 'compound', 'push', 'beginner', '{chest}', '{shoulders,triceps}', 'reps', 3.8),
	('26cd10f6-08fb-5a40-b4b8-229d94467409', 'running', 'Running', 'running', 'cardio', 'none', 'compound', NULL, 'beginner', '{quadriceps}', '{calves,glutes,hamstrings}', 'distance_duration', 9.3);
INSERT INTO public.custom_exercise VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5b79-775b-bc81-e9a08e5df68f', 'Bench Press (Barbell)', 'bench press (barbell)', NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, NULL, '2026-11-27 21:50:50.002832+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5b7a-74f7-88e4-ed532a7a57a2', 'Some Machine', 'some machine', NULL, NULL, NULL, NULL, NULL, '{}', '{}', NULL, NULL, '2026-11-27 21:50:50.002832+00');
INSERT INTO public.goal VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '2026-11-27', 'workouts', 2, '{sunday}', '2026-11-27 21:50:49.061083+00');
INSERT INTO public.password_credential VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '$argon2id$v=19$m=7168,t=2,p=1$LLiJN5QytOAMGZ23MYz7zA$4zFRnKhC6BThUFlQvqUk+lG0eWIBpJIKLmgjcYEVYbs', '2026-11-27 21:50:45.61995+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '$argon2id$v=19$m=7168,t=2,p=1$Dt23OYsYWR4dy3ULPf1f4Q$0NBQ04A9iyB6+5uLm++FVMRjXLGQ6zQboq9ffS0Pc8g', '2026-11-27 21:50:50.605634+00');
INSERT INTO public.user_revision VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', 15),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', 5);
INSERT INTO public.workout_import VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5ac1-7611-b29c-1ff50742b1f2', 'strong', 's.csv', 1, 2, '2026-11-27 21:50:50.002832+00');
INSERT INTO public.workout VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-53af-715b-85cc-9544589da086', 'Evening workout', NULL, 'manual', NULL, '2025-01-07 17:30:00+00', '2025-01-07 18:35:00+00', 'Europe/Berlin', '2025-01-07', 1, 3, 29, 1140, 3900, 227.5, '\x778c824f184a98922d75c2c41f225849', 1, '2026-11-27 21:50:48.215494+00', '2026-11-27 21:50:48.215494+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5498-7213-8bf1-f7370a00abc7', 'Evening workout', NULL, 'manual', NULL, '2025-01-09 17:30:00+00', '2025-01-09 18:35:00+00', 'Europe/Berlin', '2025-01-09', 1, 3, 30, 1237.5, 3900, 227.5, '\xc5d665d43563c618475afeecb8e13502', 2, '2026-11-27 21:50:48.465484+00', '2026-11-27 21:50:48.465484+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5551-7132-b2e0-424e0efd8ce6', 'Evening workout', NULL, 'manual', NULL, '2025-03-30 17:30:00+00', '2025-03-30 18:35:00+00', 'Europe/Berlin', '2025-03-30', 1, 3, 31, 1340, 3900, 227.5, '\xac0b3195bb4d141a3095ce2249227fe9', 3, '2026-11-27 21:50:48.547332+00', '2026-11-27 21:50:48.547332+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-55a4-758a-a771-eefaba54a1da', 'Evening workout', NULL, 'manual', NULL, '2025-12-31 17:30:00+00', '2025-12-31 18:35:00+00', 'Europe/Berlin', '2025-12-31', 1, 3, 32, 1447.5, 3900, 227.5, '\x3e3ca8e0dbe2b7753c0f4b10f044fc40', 4, '2026-11-27 21:50:48.718865+00', '2026-11-27 21:50:48.718865+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5627-7217-aa82-c8e42f6ca16a', 'Evening workout', NULL, 'manual', NULL, '2026-01-01 17:30:00+00', '2026-01-01 18:35:00+00', 'Europe/Berlin', '2026-01-01', 1, 3, 33, 1560, 3900, 227.5, '\x14fabd5d6f3d8accd0325e43a9aa5221', 5, '2026-11-27 21:50:48.87047+00', '2026-11-27 21:50:48.87047+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5757-7559-aea6-a32b27ec86c5', 'Evening workout', NULL, 'manual', NULL, '2025-05-05 17:30:00+00', '2025-05-05 18:35:00+00', 'Europe/Berlin', '2025-05-05', 1, 3, 54, 0, 3900, 247, '\x924e8452394a2ac5956a10081b133045', 7, '2026-11-27 21:50:49.168077+00', '2026-11-27 21:50:49.168077+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-57e6-7065-a591-429fe7c03bc5', 'Evening workout', NULL, 'manual', NULL, '2026-02-02 17:30:00+00', '2026-02-02 18:35:00+00', 'Europe/Berlin', '2026-02-02', 1, 2, 13, 80, 3900, 247, '\x49923871c42d6cb9f1095409f1a05700', 8, '2026-11-27 21:50:49.233487+00', '2026-11-27 21:50:49.233487+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-586a-7075-adc6-546e7905cb45', 'Evening workout', NULL, 'manual', NULL, '2025-06-06 17:30:00+00', '2025-06-06 18:35:00+00', 'Europe/Berlin', '2025-06-06', 1, 2, 10, 260, 3900, 247, '\x2ebc87cfa39bf2bb69284ffeee031fec', 9, '2026-11-27 21:50:49.435249+00', '2026-11-27 21:50:49.435249+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-58aa-744b-bc5b-258d4f9730d2', 'Evening workout', NULL, 'manual', NULL, '2025-06-08 17:30:00+00', '2025-06-08 18:35:00+00', 'Europe/Berlin', '2025-06-08', 2, 3, 0, 0, 3900, 463.6667, '\x5a8971439ec55034fc3d22f7410b3eae', 10, '2026-11-27 21:50:49.503059+00', '2026-11-27 21:50:49.503059+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-598e-7139-bd9d-8d584cdd03f8', 'Evening workout', NULL, 'manual', NULL, '2025-09-09 17:30:00+00', '2025-09-09 18:35:00+00', 'Europe/Berlin', '2025-09-09', 1, 1, 3, 270, 3900, 227.5, '\x17818b9c1640178adcad84385ad0cbbe', 13, '2026-11-27 21:50:49.731519+00', '2026-11-27 21:50:49.731519+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5a7b-745f-892c-57416047ba22', 'Night workout', NULL, 'manual', NULL, '2026-11-27 00:01:00+00', NULL, 'Europe/Berlin', '2026-11-27', 1, 1, 2, 190, NULL, NULL, '\xc86e8deab69b194a8e51f6422ba81483', 14, '2026-11-27 21:50:49.844067+00', '2026-11-27 21:50:49.844067+00'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5bce-76da-ae44-ee97f24d0afa', 'Evening', NULL, 'strong', '01a21efd-5ac1-7611-b29c-1ff50742b1f2', '2025-02-03 17:00:00+00', '2025-02-03 18:00:00+00', 'Europe/Berlin', '2025-02-03', 2, 2, 17, 830, 3600, NULL, '\x1fc197e809efea12b1fecf0bac8c8dbe', 15, '2026-11-27 21:50:50.002832+00', '2026-11-27 21:50:50.002832+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e1d-7446-83c7-64b3274e75ad', 'Midday workout', NULL, 'manual', NULL, '2025-01-07 17:30:00+00', '2025-01-07 18:35:00+00', 'America/New_York', '2025-01-07', 1, 3, 29, 1140, 3900, 227.5, '\x778c824f184a98922d75c2c41f225849', 1, '2026-11-27 21:50:50.88775+00', '2026-11-27 21:50:50.88775+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e48-77d6-866e-a17fabf643a1', 'Midday workout', NULL, 'manual', NULL, '2025-01-09 17:30:00+00', '2025-01-09 18:35:00+00', 'America/New_York', '2025-01-09', 1, 3, 30, 1237.5, 3900, 227.5, '\xc5d665d43563c618475afeecb8e13502', 2, '2026-11-27 21:50:50.948295+00', '2026-11-27 21:50:50.948295+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e6e-7169-a0b9-517c332e8ee3', 'Midday workout', NULL, 'manual', NULL, '2025-03-30 17:30:00+00', '2025-03-30 18:35:00+00', 'America/New_York', '2025-03-30', 1, 3, 31, 1340, 3900, 227.5, '\xac0b3195bb4d141a3095ce2249227fe9', 3, '2026-11-27 21:50:50.977931+00', '2026-11-27 21:50:50.977931+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e9f-7731-b645-ee7b9d082b9e', 'Midday workout', NULL, 'manual', NULL, '2025-12-31 17:30:00+00', '2025-12-31 18:35:00+00', 'America/New_York', '2025-12-31', 1, 3, 32, 1447.5, 3900, 227.5, '\x3e3ca8e0dbe2b7753c0f4b10f044fc40', 4, '2026-11-27 21:50:51.024423+00', '2026-11-27 21:50:51.024423+00'),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5ebd-73b2-9b2d-196ce3782690', 'Midday workout', NULL, 'manual', NULL, '2026-01-01 17:30:00+00', '2026-01-01 18:35:00+00', 'America/New_York', '2026-01-01', 1, 3, 33, 1560, 3900, 227.5, '\x14fabd5d6f3d8accd0325e43a9aa5221', 5, '2026-11-27 21:50:51.061643+00', '2026-11-27 21:50:51.061643+00');
INSERT INTO public.workout_exercise VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-53af-715b-85cc-9544589da086', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-07 17:30:00+00', '2025-01-07', 3, 29, 1140, NULL, NULL, 60, 9, 78, 15, 540, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5498-7213-8bf1-f7370a00abc7', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-09 17:30:00+00', '2025-01-09', 3, 30, 1237.5, NULL, NULL, 62.5, 10, 83.33333333333333, 15, 625, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5551-7132-b2e0-424e0efd8ce6', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-03-30 17:30:00+00', '2025-03-30', 3, 31, 1340, NULL, NULL, 65, 11, 88.83333333333333, 15, 715, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-55a4-758a-a771-eefaba54a1da', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-12-31 17:30:00+00', '2025-12-31', 3, 32, 1447.5, NULL, NULL, 67.5, 12, 94.5, 15, 810, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5627-7217-aa82-c8e42f6ca16a', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2026-01-01 17:30:00+00', '2026-01-01', 3, 33, 1560, NULL, NULL, 70, 13, 81.66666666666667, 15, 910, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5757-7559-aea6-a32b27ec86c5', 0, '5a1aa702-5779-58e9-ad82-588773810ed8', NULL, DEFAULT, NULL, NULL, '2025-05-05 17:30:00+00', '2025-05-05', 3, 54, 0, NULL, NULL, NULL, 31, NULL, 31, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-57e6-7065-a591-429fe7c03bc5', 0, '5a1aa702-5779-58e9-ad82-588773810ed8', NULL, DEFAULT, NULL, NULL, '2026-02-02 17:30:00+00', '2026-02-02', 2, 13, 80, NULL, NULL, 10, 8, 12.666666666666666, 8, 80, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-586a-7075-adc6-546e7905cb45', 0, '24dbb72c-4f56-5c43-a846-2c4261ba1590', NULL, DEFAULT, NULL, NULL, '2025-06-06 17:30:00+00', '2025-06-06', 2, 10, 260, NULL, NULL, 30, 6, 36, 6, 180, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-58aa-744b-bc5b-258d4f9730d2', 0, '868521ac-5e93-593b-9434-4e83a6ccce9f', NULL, DEFAULT, NULL, NULL, '2025-06-08 17:30:00+00', '2025-06-08', 1, 0, 0, 90.5, NULL, NULL, NULL, NULL, NULL, NULL, 90.5, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-58aa-744b-bc5b-258d4f9730d2', 1, '26cd10f6-08fb-5a40-b4b8-229d94467409', NULL, DEFAULT, NULL, NULL, '2025-06-08 17:30:00+00', '2025-06-08', 2, 0, 0, 1600, 5000, NULL, NULL, NULL, NULL, NULL, 800, 2500),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-598e-7139-bd9d-8d584cdd03f8', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-09-09 17:30:00+00', '2025-09-09', 1, 3, 270, NULL, NULL, 90, 3, 99.00000000000001, 3, 270, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5a7b-745f-892c-57416047ba22', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2026-11-27 00:01:00+00', '2026-11-27', 1, 2, 190, NULL, NULL, 95, 2, 101.33333333333333, 2, 190, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5bce-76da-ae44-ee97f24d0afa', 0, NULL, '01a21efd-5b79-775b-bc81-e9a08e5df68f', DEFAULT, NULL, NULL, '2025-02-03 17:00:00+00', '2025-02-03', 1, 5, 350, NULL, NULL, 70, 5, 81.66666666666667, 5, 350, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5bce-76da-ae44-ee97f24d0afa', 1, NULL, '01a21efd-5b7a-74f7-88e4-ed532a7a57a2', DEFAULT, NULL, NULL, '2025-02-03 17:00:00+00', '2025-02-03', 1, 12, 480, NULL, NULL, 40, 12, 56, 12, 480, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e1d-7446-83c7-64b3274e75ad', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-07 17:30:00+00', '2025-01-07', 3, 29, 1140, NULL, NULL, 60, 9, 78, 15, 540, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e48-77d6-866e-a17fabf643a1', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-01-09 17:30:00+00', '2025-01-09', 3, 30, 1237.5, NULL, NULL, 62.5, 10, 83.33333333333333, 15, 625, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e6e-7169-a0b9-517c332e8ee3', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-03-30 17:30:00+00', '2025-03-30', 3, 31, 1340, NULL, NULL, 65, 11, 88.83333333333333, 15, 715, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e9f-7731-b645-ee7b9d082b9e', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2025-12-31 17:30:00+00', '2025-12-31', 3, 32, 1447.5, NULL, NULL, 67.5, 12, 94.5, 15, 810, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5ebd-73b2-9b2d-196ce3782690', 0, 'c9268fad-6829-5181-8b6b-bdf94478f021', NULL, DEFAULT, NULL, NULL, '2026-01-01 17:30:00+00', '2026-01-01', 3, 33, 1560, NULL, NULL, 70, 13, 81.66666666666667, 15, 910, NULL, NULL);
INSERT INTO public.workout_set VALUES
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-53af-715b-85cc-9544589da086', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-53af-715b-85cc-9544589da086', 0, 1, 'normal', 5, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-53af-715b-85cc-9544589da086', 0, 2, 'drop', 9, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5498-7213-8bf1-f7370a00abc7', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5498-7213-8bf1-f7370a00abc7', 0, 1, 'normal', 5, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5498-7213-8bf1-f7370a00abc7', 0, 2, 'drop', 10, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5551-7132-b2e0-424e0efd8ce6', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5551-7132-b2e0-424e0efd8ce6', 0, 1, 'normal', 5, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5551-7132-b2e0-424e0efd8ce6', 0, 2, 'drop', 11, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-55a4-758a-a771-eefaba54a1da', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-55a4-758a-a771-eefaba54a1da', 0, 1, 'normal', 5, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-55a4-758a-a771-eefaba54a1da', 0, 2, 'drop', 12, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5627-7217-aa82-c8e42f6ca16a', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5627-7217-aa82-c8e42f6ca16a', 0, 1, 'normal', 5, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5627-7217-aa82-c8e42f6ca16a', 0, 2, 'drop', 13, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5757-7559-aea6-a32b27ec86c5', 0, 0, 'normal', 3, NULL, NULL, NULL, NULL, NULL, 'pose', '1', 4, '{0,3000,6000,9000}', '{2000,2100,2200,2300}', '{1200,1250,1300,1350}', '{800,850,900,950}', '{90,89,88,87}', '{0.9,0.9,0.9,0.9}', '{NULL,shallow,NULL,NULL}', '{t,NULL,NULL,NULL}'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5757-7559-aea6-a32b27ec86c5', 0, 1, 'normal', 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5757-7559-aea6-a32b27ec86c5', 0, 2, 'failure', 31, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-57e6-7065-a591-429fe7c03bc5', 0, 0, 'normal', 5, NULL, NULL, NULL, NULL, NULL, 'pose', '1', 6, '{0,3000,6000,9000,12000,15000}', '{2000,2100,2200,2300,2400,2500}', '{1200,1250,1300,1350,1400,1450}', '{800,850,900,950,1000,1050}', '{90,89,88,87,86,85}', '{0.9,0.9,0.9,0.9,0.9,0.9}', '{NULL,shallow,NULL,NULL,NULL,NULL}', '{t,NULL,NULL,NULL,NULL,NULL}'),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-57e6-7065-a591-429fe7c03bc5', 0, 1, 'warm_up', 8, 10, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-586a-7075-adc6-546e7905cb45', 0, 0, 'normal', 6, 30, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-586a-7075-adc6-546e7905cb45', 0, 1, 'normal', 4, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-58aa-744b-bc5b-258d4f9730d2', 0, 0, 'normal', NULL, NULL, 90.5, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-58aa-744b-bc5b-258d4f9730d2', 1, 0, 'normal', NULL, NULL, 800, 2500, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-58aa-744b-bc5b-258d4f9730d2', 1, 1, 'normal', NULL, NULL, 800, 2500, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-598e-7139-bd9d-8d584cdd03f8', 0, 0, 'normal', 3, 90, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5a7b-745f-892c-57416047ba22', 0, 0, 'normal', 2, 95, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5bce-76da-ae44-ee97f24d0afa', 0, 0, 'normal', 5, 70, NULL, NULL, 8, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-48c3-73d9-b384-39a39ed520e2', '01a21efd-5bce-76da-ae44-ee97f24d0afa', 1, 0, 'normal', 12, 40, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e1d-7446-83c7-64b3274e75ad', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e1d-7446-83c7-64b3274e75ad', 0, 1, 'normal', 5, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e1d-7446-83c7-64b3274e75ad', 0, 2, 'drop', 9, 60, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e48-77d6-866e-a17fabf643a1', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e48-77d6-866e-a17fabf643a1', 0, 1, 'normal', 5, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e48-77d6-866e-a17fabf643a1', 0, 2, 'drop', 10, 62.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e6e-7169-a0b9-517c332e8ee3', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e6e-7169-a0b9-517c332e8ee3', 0, 1, 'normal', 5, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e6e-7169-a0b9-517c332e8ee3', 0, 2, 'drop', 11, 65, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e9f-7731-b645-ee7b9d082b9e', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e9f-7731-b645-ee7b9d082b9e', 0, 1, 'normal', 5, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5e9f-7731-b645-ee7b9d082b9e', 0, 2, 'drop', 12, 67.5, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5ebd-73b2-9b2d-196ce3782690', 0, 0, 'warm_up', 15, 20, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5ebd-73b2-9b2d-196ce3782690', 0, 1, 'normal', 5, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
	('01a21efd-5cec-72a3-8fa6-048696b6c184', '01a21efd-5ebd-73b2-9b2d-196ce3782690', 0, 2, 'drop', 13, 70, NULL, NULL, 8.5, 120, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
